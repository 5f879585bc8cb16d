package io.godwit.codec;

/** PUBACK, PUBREC, PUBREL and PUBCOMP, which look alike (§3.4.2 to §3.7.2). */
public sealed interface Acknowledgement extends Packet permits PubAck, PubRec, PubRel, PubComp {

    /** The Packet Identifier of the message, 1 to 65,535. */
    int packetId();

    /** {@link ReasonCode#SUCCESS} before version 5. */
    ReasonCode reasonCode();

    /** Empty before version 5. */
    Properties properties();
}
