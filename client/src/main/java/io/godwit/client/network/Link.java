package io.godwit.client.network;

import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a server, which carries the bytes of MQTT. One thread may read while another
 * writes; any may close. Calls block, on virtual threads without a carrier.
 */
public interface Link extends AutoCloseable {

    /**
     * Reads what is there, at least a byte, into a buffer with room.
     *
     * @return how many bytes, or -1 when the server has closed
     */
    int read(ByteBuffer in) throws IOException;

    /** Writes all of a buffer. */
    void write(ByteBuffer out) throws IOException;

    /** Who is at the other end, for messages. */
    String peer();

    /** What TLS has agreed on, with the server's certificates; null where there is no TLS. */
    default @Nullable SSLSession session() {
        return null;
    }

    /**
     * Closes it, so that readers and writers end with an exception. Never throws; a second time
     * does nothing.
     */
    @Override
    void close();
}
