package io.godwit.client.core;

import io.godwit.client.ConnectRefused;
import io.godwit.client.ConnectionLost;
import io.godwit.client.MqttException;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.Utf8;

/** What servers say no with, in words, and whether it is worth asking again. */
final class Refusals {

    private Refusals() {}

    /** The reason code, and what the server adds to it, fit for a terminal or a log. */
    static String words(ReasonCode code, Properties properties) {
        String reason = properties.get(Property.REASON_STRING);
        return reason == null ? code.toString() : code + ", \"" + Utf8.printable(reason) + "\"";
    }

    /** Whether a failed attempt says something that will not change by itself. */
    static boolean isFinal(MqttException failure) {
        if (failure instanceof ConnectRefused refused) {
            return isFinal(refused.reasonCode());
        }
        return !(failure instanceof ConnectionLost);
    }

    private static boolean isFinal(ReasonCode code) {
        return switch (code) {
            case UNSPECIFIED_ERROR,
                    IMPLEMENTATION_SPECIFIC_ERROR,
                    SERVER_UNAVAILABLE,
                    SERVER_BUSY,
                    QUOTA_EXCEEDED,
                    USE_ANOTHER_SERVER,
                    CONNECTION_RATE_EXCEEDED ->
                    false;
            default -> true;
        };
    }
}
