package io.godwit.broker.connection;

/** How far a Network Connection has come. */
enum Phase {
    AWAITING_CONNECT(true),
    DECIDING(false),
    /** The client is to answer with AUTH (§4.12). */
    AUTHENTICATING(true),
    /** The session is open, and CONNACK waits for it to be stored. */
    OPENING(false),
    CONNECTED(true),
    CLOSED(false);

    private final boolean takesPackets;

    Phase(boolean takesPackets) {
        this.takesPackets = takesPackets;
    }

    /** Whether the client's next packet is decoded; otherwise it waits. */
    boolean takesPackets() {
        return takesPackets;
    }
}
