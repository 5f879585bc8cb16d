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
     */
    record Frame(@Nullable Binary node, SnMessage message) {}

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
     * @param node to which a forwarder is to take it; null if it goes to the receiver itself
     * @throws IllegalArgumentException if a value is out of its range, or the message over 65,535
     *     bytes
     */
    byte[] encode(@Nullable Binary node, SnMessage message);
}
