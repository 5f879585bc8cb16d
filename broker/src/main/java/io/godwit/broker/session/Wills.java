package io.godwit.broker.session;

import io.godwit.broker.spi.Message;
import io.godwit.codec.Property;
import io.godwit.codec.Will;

/** Makes the Application Message of a Will Message (§3.1.2.5). */
final class Wills {

    private Wills() {}

    /** What keeping it costs, in bytes. */
    static long size(Will will) {
        return message(will, "", 0).size() + 64L * will.properties().size();
    }

    /** The message, whose Message Expiry Interval runs from now on. */
    static Message message(Will will, String clientId, long wallMillis) {
        Long expiry = will.properties().get(Property.MESSAGE_EXPIRY_INTERVAL);
        return new Message(
                        will.topic(),
                        will.payload(),
                        will.qos(),
                        will.retain(), // [v5 MQTT-3.1.2-14], [v5 MQTT-3.1.2-15]
                        Message.forwarded(will.properties()),
                        expiry == null ? Message.NEVER : wallMillis + expiry * 1000,
                        clientId)
                .asWill();
    }
}
