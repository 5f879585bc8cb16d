package io.godwit.broker.auth;

import io.godwit.codec.ReasonCode;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Decides who may connect. */
public interface Authenticator {

    /** When an authentication that has no end expires. */
    long NEVER = Long.MAX_VALUE;

    /** What became of an authentication. */
    sealed interface Decision {}

    /**
     * The client may connect.
     *
     * @param expiresAt when it has to authenticate again, in milliseconds of the wall clock, or
     *     {@link #NEVER}
     * @param data Authentication Data for CONNACK or the last AUTH; empty if there is none
     */
    record Accepted(Identity identity, long expiresAt, byte[] data) implements Decision {

        /** Accepted for good. */
        public Accepted(Identity identity) {
            this(identity, NEVER, new byte[0]);
        }
    }

    /**
     * The client may not connect.
     *
     * @param reasonCode one that CONNACK may carry
     * @param why in words, for the log; nothing that only a client with the right secret may know
     * @param userName whom the client has tried to be, where that is not the user name of CONNECT;
     *     else null
     */
    record Refused(ReasonCode reasonCode, String why, @Nullable String userName)
            implements Decision {

        /** Refused as who CONNECT said. */
        public Refused(ReasonCode reasonCode, String why) {
            this(reasonCode, why, null);
        }
    }

    /**
     * This authenticator knows nothing of the client; the next one in the chain decides.
     *
     * @param why in words, for the log
     */
    record Passed(String why) implements Decision {}

    /**
     * The client has to answer first: AUTH with reason code 0x18 (§4.12).
     *
     * @param data the Authentication Data that it is sent
     */
    record Challenged(byte[] data, Exchange exchange) implements Decision {}

    /** An enhanced authentication under way. */
    interface Exchange {

        /**
         * Takes the client's AUTH. Called on an event loop, which it must not block.
         *
         * @param data its Authentication Data; empty if it had none
         * @param decided to be called once, on any thread
         */
        void answered(byte[] data, Consumer<Decision> decided);
    }

    /**
     * Decides about a client. Called on an event loop, which it must not block.
     *
     * @param decided to be called once, on any thread
     */
    void authenticate(Credentials credentials, Consumer<Decision> decided);
}
