package io.godwit.broker.spi;

import io.godwit.broker.shard.Shard;
import io.godwit.codec.ReasonCode;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

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
     * It sizes what the wire keeps. Asked whenever that becomes more, also while reading is paused:
     * the receiver counts it.
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

    /** A place that a Network Connection takes among a limited number. */
    @FunctionalInterface
    interface Place {

        /** That of sockets which are not counted. */
        Place UNCOUNTED = () -> {};

        /** Gives it back; called once, from any thread. */
        void leave();
    }

    /** What a listener hands an accepted socket to. */
    interface Acceptor {

        /**
         * Admits a socket, which it is asked for once: when it is accepted, before anything is read
         * and before it costs a handshake; behind a proxy when that has said where the client is.
         * Must be cheap.
         *
         * @param address the client's
         * @param shard on whose loop it is called
         * @return what the socket gives back if it goes before {@link #accept}; or null if it is to
         *     be closed at once, which is counted and logged
         */
        default @Nullable Place admit(InetAddress address, Shard shard) {
            return Place.UNCOUNTED;
        }

        /**
         * Called on the shard's loop; nothing was read yet.
         *
         * @param place what {@link #admit} gave, which from now on the receiver gives back
         */
        Receiver accept(Wire wire, Shard shard, Place place);
    }
}
