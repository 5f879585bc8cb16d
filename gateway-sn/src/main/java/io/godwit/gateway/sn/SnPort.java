package io.godwit.gateway.sn;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A UDP port where datagrams of clients come in and go out. */
interface SnPort {

    /** Who takes what comes in. Called on the gateway's loop. */
    interface Receiver {

        /**
         * Takes a datagram, of which nothing is kept.
         *
         * @param secured the DTLS session that it came in; null without DTLS
         */
        void receive(InetSocketAddress from, @Nullable Secured secured, ByteBuffer datagram);
    }

    /** What of datagrams is counted by the port; on any thread. */
    interface Counts {
        void count(SnCounter counter);
    }

    /** Where it is, with the port that the system chose. */
    InetSocketAddress address();

    /** Takes datagrams from now on. */
    void accept();

    /** Sends a datagram, which may be lost. On the gateway's loop. */
    void send(Peer to, byte[] datagram);

    /**
     * Sends what is to be sent, and closes the port. Not to be called on a loop; waits a few
     * seconds at most.
     */
    void close();
}
