package io.godwit.client;

/** What a client does at the moment. */
public enum ClientState {
    /** Neither connected nor trying to be: new, or disconnected. */
    DISCONNECTED,
    /** Waits for a socket or for CONNACK. */
    CONNECTING,
    CONNECTED,
    /** Waits before the next attempt. */
    WAITING,
    /** Of no further use. */
    CLOSED
}
