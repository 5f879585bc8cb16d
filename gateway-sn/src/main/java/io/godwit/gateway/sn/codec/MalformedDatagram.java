package io.godwit.gateway.sn.codec;

/** A datagram that is no message of MQTT-SN, or not of the version that its sender speaks. */
public final class MalformedDatagram extends Exception {

    private static final long serialVersionUID = 1L;

    /** The message says in words what is wrong; there is no stack, since anyone may cause it. */
    public MalformedDatagram(String message) {
        super(message, null, false, false);
    }
}
