package io.godwit.client.core;

/**
 * What the client says where there is nobody to tell. The system's log is looked for when there is
 * something to say: Java opens each jar of the class path to find it, which takes as long as a
 * message that is published.
 */
final class Log {

    /** The log of all clients. */
    static final System.Logger CLIENT = System.getLogger("io.godwit.client");

    private Log() {}
}
