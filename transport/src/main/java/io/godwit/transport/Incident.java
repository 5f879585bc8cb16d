package io.godwit.transport;

/** What can happen to a socket before it becomes a connection. Each is counted for its listener. */
public enum Incident {
    /** It spoke without TLS where TLS is required, and was closed. */
    PLAIN_ON_TLS,
    /** It began with TLS where none is spoken, and was closed. */
    TLS_ON_PLAIN,
    /** The TLS handshake failed, whichever side refused it. */
    HANDSHAKE_FAILED,
    /** The TLS handshake was not done in time, and the socket was closed. */
    HANDSHAKE_TIMEOUT,
    /** So many handshakes were under way that nothing was accepted for a while; nothing is lost. */
    HANDSHAKES_WAITED,
    /** It came from an address whose PROXY headers are not trusted, and was closed. */
    PROXY_NOT_TRUSTED,
    /** It did not begin with a valid PROXY header, and was closed. */
    PROXY_MALFORMED,
    /** Its PROXY header did not come in time, and it was closed. */
    PROXY_TIMEOUT,
    /** Its request for a WebSocket was refused, or did not come in time, and it was closed. */
    WEBSOCKET_REFUSED,
    /** It broke the rules of WebSocket when that was open, and was closed. */
    WEBSOCKET_BROKEN,
    /** Its certificate was admitted once and is not any more, and the connection was closed. */
    NO_LONGER_ADMITTED
}
