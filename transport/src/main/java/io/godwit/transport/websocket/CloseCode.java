package io.godwit.transport.websocket;

/** Why a WebSocket is closed (RFC 6455 §7.4.1). */
final class CloseCode {

    static final int NORMAL = 1000;
    static final int GOING_AWAY = 1001;
    static final int PROTOCOL_ERROR = 1002;
    static final int UNSUPPORTED_DATA = 1003;
    static final int TOO_BIG = 1009;

    private CloseCode() {}

    /** Whether a peer may send it. */
    static boolean isValid(int code) {
        return code >= 3000 && code <= 4999
                || code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
    }
}
