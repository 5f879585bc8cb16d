package io.godwit.gateway.sn.codec;

import io.godwit.codec.Binary;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One version of MQTT-SN on the wire: what the gateway does is the same whichever it is. Stateless;
 * any thread may call it.
 */
public interface SnCodec {

    /** The most bytes that a datagram carries over UDP on IPv4. */
    int LARGEST_DATAGRAM = 65_507;

    /**
     * A datagram taken apart.
     *
     * @param node the wireless node that a forwarder speaks for, as the forwarder names it; null if
     *     the sender speaks for itself
     * @param clientId whose message it is, in a connection encapsulation; null without one
     */
    record Frame(@Nullable Binary node, @Nullable String clientId, SnMessage message) {

        /** A message of the client that is at the sender's address. */
        public Frame(@Nullable Binary node, SnMessage message) {
            this(node, null, message);
        }
    }

    /**
     * Decodes a datagram, from the buffer's position to its limit; the position may move. Nothing
     * of the buffer is kept.
     *
     * @throws MalformedDatagram if it is not exactly one message
     */
    Frame decode(ByteBuffer datagram) throws MalformedDatagram;

    /**
     * Makes the datagram that carries a message.
     *
     * @throws IllegalArgumentException if a value is out of its range, the message over 65,535
     *     bytes, or there is none such in this version
     */
    byte[] encode(Frame frame);

    /**
     * Makes the datagram that carries a message.
     *
     * @param node to which a forwarder is to take it; null if it goes to the receiver itself
     * @throws IllegalArgumentException as {@link #encode(Frame)}
     */
    default byte[] encode(@Nullable Binary node, SnMessage message) {
        return encode(new Frame(node, message));
    }
}
