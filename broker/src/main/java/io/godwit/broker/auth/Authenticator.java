package io.godwit.broker.auth;

import io.godwit.codec.ReasonCode;
import java.util.function.Consumer;

/** Decides who may connect. */
public interface Authenticator {

    /** What became of an authentication. */
    sealed interface Decision {}

    /** The client may connect. */
    record Accepted(Identity identity) implements Decision {}

    /**
     * The client may not connect.
     *
     * @param reasonCode one that CONNACK may carry
     * @param why in words, for the log
     */
    record Refused(ReasonCode reasonCode, String why) implements Decision {}

    /**
     * Decides about a client. Called on an event loop, which it must not block.
     *
     * @param decided to be called once, on any thread
     */
    void authenticate(Credentials credentials, Consumer<Decision> decided);
}
