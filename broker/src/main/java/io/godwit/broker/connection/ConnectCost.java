package io.godwit.broker.connection;

import io.godwit.codec.Binary;
import io.godwit.codec.Connect;
import io.godwit.codec.Properties;
import io.godwit.codec.UserProperty;
import io.godwit.codec.Will;
import org.jspecify.annotations.Nullable;

/** What a decoded CONNECT takes in memory. */
final class ConnectCost {

    /** The objects that every CONNECT and its authentication have. */
    private static final long OBJECTS = 512;

    /** Those of a property, beside its value. */
    private static final long PROPERTY = 128;

    private ConnectCost() {}

    /** In bytes, and rather too many. */
    static long of(Connect connect) {
        byte[] password = connect.password();
        return OBJECTS
                + text(connect.clientId())
                + text(connect.userName())
                + (password == null ? 0 : password.length)
                + properties(connect.properties())
                + will(connect.will());
    }

    private static long will(@Nullable Will will) {
        return will == null
                ? 0
                : will.topic().bytes().length
                        + will.payload().length
                        + properties(will.properties());
    }

    private static long properties(Properties properties) {
        long sum = PROPERTY * properties.size();
        for (int i = 0; i < properties.size(); i++) {
            sum +=
                    switch (properties.value(i)) {
                        case String text -> text(text);
                        case Binary binary -> binary.bytes().length;
                        case UserProperty pair -> text(pair.name()) + text(pair.value());
                        default -> 0; // a number
                    };
        }
        return sum;
    }

    private static long text(@Nullable String text) {
        return text == null ? 0 : 2L * text.length();
    }
}
