package io.godwit.broker.spi;

import io.godwit.broker.shard.Shard;
import io.godwit.codec.ReasonCode;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The broker's side of a Network Connection, as the {@link Wire} that carries it calls it: always
 * on the loop that the wire is on, never from within a call to the wire.
 */
public interface Receiver {

    /**
     * Consumes whole packets and leaves what is incomplete; or, while a CONNECT is being decided,
     * reading is paused or the connection is closing, whatever comes behind. The wire keeps the
     * rest and gives it again with what follows.
     *
     * @param in valid during the call only
     */
    void receive(ByteBuffer in);

    /**
     * How many more bytes the packet at the start of a rest needs at least, as far as can be told.
     * It sizes what the wire keeps.
     *
     * @param rest what {@link #receive} left; it is not consumed
     * @return 1 or more
     */
    int missing(ByteBuffer rest);

    /**
     * A flush left something {@link Wire#unsent}, which is no more than {@link Wire#LOW_MARK} now.
     * Called again when nothing is left.
     */
    void writable();

    /**
     * Ends the connection for a reason that the transport knows, such as a certificate that was
     * revoked: the client is told if its version and its state allow it, and the wire is closed.
     *
     * @param why in words
     */
    void close(ReasonCode reasonCode, String why);

    /** The Network Connection is gone, whoever closed it. Called once, as the last of all calls. */
    void closed();

    /** What a listener hands an accepted socket to. */
    interface Acceptor {

        /**
         * Whether a socket may come from an address at all, asked before it costs a handshake; what
         * a proxy says of clients is not known then. From any thread; must be cheap.
         */
        default boolean admits(InetAddress address) {
            return true;
        }

        /** Called on the shard's loop; nothing was read yet. */
        Receiver accept(Wire wire, Shard shard);
    }
}
