package io.godwit.gateway.sn.codec;

import io.godwit.codec.Binary;
import java.nio.charset.StandardCharsets;

/** How a message names its topic (§3, §5.3.11). */
public sealed interface SnTopic {

    /** The last topic identifier that stands for a topic; 1 is the first. */
    int LAST_ID = 65_534;

    /**
     * A topic identifier that one side gave the other in REGISTER, REGACK or SUBACK.
     *
     * @param id 0 to 65,535, of which 0 and 65,535 are never given
     */
    record Normal(int id) implements SnTopic {}

    /**
     * A topic identifier that client and gateway know beforehand; a space of its own beside {@link
     * Normal}.
     *
     * @param id 0 to 65,535
     */
    record Predefined(int id) implements SnTopic {}

    /**
     * A topic name of two octets, which stands for itself; version 1.2.
     *
     * @param octets the two, the first in the higher byte
     */
    record Short(int octets) implements SnTopic {

        private static final int OCTETS = 2;

        /** Whether a topic name stands for itself, being of two octets. */
        public static boolean fits(byte[] name) {
            return name.length == OCTETS;
        }

        /** The topic name. */
        public byte[] name() {
            return new byte[] {(byte) (octets >> 8), (byte) octets};
        }

        /** That of a name of two octets. */
        public static Short of(byte[] name) {
            return new Short((name[0] & 0xFF) << 8 | name[1] & 0xFF);
        }

        @Override
        public String toString() {
            return "Short[" + new String(name(), StandardCharsets.ISO_8859_1) + "]";
        }
    }

    /**
     * A topic name or filter in full; in version 1.2 in SUBSCRIBE and UNSUBSCRIBE only.
     *
     * @param utf8 1 octet or more
     */
    record Name(Binary utf8) implements SnTopic {

        @Override
        public String toString() {
            return "Name[" + new String(utf8.bytes(), StandardCharsets.UTF_8) + "]";
        }
    }
}
