package io.godwit.gateway.sn.codec;

import io.godwit.codec.Binary;
import java.security.MessageDigest;

/**
 * How a client proves who it is; version 2.0.
 *
 * @param method its name, 1 to 255 octets of UTF-8
 * @param data what the method says, 0 to 65,535 octets
 */
public record SnAuthentication(String method, Binary data) {

    /** The method that has a user name and a password. */
    public static final String BASIC = "MQTT-BASIC";

    /** In a time that says nothing of where the data differ. */
    @Override
    public boolean equals(Object other) {
        return other instanceof SnAuthentication that
                && method.equals(that.method)
                && MessageDigest.isEqual(data.bytes(), that.data.bytes());
    }

    @Override
    public int hashCode() {
        return method.hashCode();
    }

    /** Without the data, which may be a password. */
    @Override
    public String toString() {
        return "SnAuthentication[" + method + "]";
    }
}
