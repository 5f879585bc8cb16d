package io.godwit.gateway.sn.codec;

/** The versions of MQTT-SN that a gateway may speak. */
public enum SnVersion {
    V1_2("1.2", SnCodecV12.INSTANCE),
    /** Committee Specification Draft 01 of version 2.0, which may change yet. */
    V2_0("2.0", SnCodecV20.INSTANCE);

    private final String text;
    private final SnCodec codec;

    SnVersion(String text, SnCodec codec) {
        this.text = text;
        this.codec = codec;
    }

    /** Its datagrams. */
    public SnCodec codec() {
        return codec;
    }

    /** As a person writes it: {@code 1.2}. */
    @Override
    public String toString() {
        return text;
    }
}
