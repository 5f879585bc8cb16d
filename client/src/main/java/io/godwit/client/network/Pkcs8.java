package io.godwit.client.network;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** Private keys in the forms that older tools write, as PKCS #8, which is what the JDK reads. */
final class Pkcs8 {

    private static final int OCTET_STRING = 0x04;
    private static final int SEQUENCE = 0x30;
    private static final int PARAMETERS = 0xA0;

    private static final byte[] VERSION = {0x02, 1, 0};

    /** rsaEncryption (1.2.840.113549.1.1.1) and NULL. */
    private static final byte[] RSA = {
        0x06, 9, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 1, 1, 1, 0x05, 0
    };

    /** id-ecPublicKey (1.2.840.10045.2.1); the curve follows it. */
    private static final byte[] EC = {0x06, 7, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 2, 1};

    private Pkcs8() {}

    /** Of an RSAPrivateKey (PKCS #1, RFC 8017 A.1.2). */
    static byte[] ofRsa(byte[] key) {
        return privateKeyInfo(RSA, key);
    }

    /**
     * Of an ECPrivateKey (SEC 1, RFC 5915).
     *
     * @param curve the parameters that stand before it in the file; empty if none do
     * @throws IllegalArgumentException if the curve is named nowhere
     */
    static byte[] ofEc(byte[] key, byte[] curve) {
        byte[] named = curve.length == 0 ? curveIn(key) : curve;
        byte[] algorithm =
                ByteBuffer.allocate(EC.length + named.length).put(EC).put(named).array();
        return privateKeyInfo(algorithm, key);
    }

    private static byte[] privateKeyInfo(byte[] algorithm, byte[] key) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(VERSION);
        content.writeBytes(element(SEQUENCE, algorithm));
        content.writeBytes(element(OCTET_STRING, key));
        return element(SEQUENCE, content.toByteArray());
    }

    /** The content of the element [0] of an ECPrivateKey. */
    private static byte[] curveIn(byte[] key) {
        ByteBuffer in = ByteBuffer.wrap(key);
        try {
            in.get();
            length(in);
            while (in.hasRemaining()) {
                int tag = in.get() & 0xFF;
                int length = length(in);
                if (tag == PARAMETERS) {
                    byte[] curve = new byte[Math.min(length, in.remaining())];
                    in.get(curve);
                    return curve;
                }
                in.position(Math.min(in.limit(), in.position() + length));
            }
        } catch (BufferUnderflowException cutOff) {
            throw new IllegalArgumentException("it is cut off", cutOff);
        }
        throw new IllegalArgumentException("it does not name its curve");
    }

    private static int length(ByteBuffer in) {
        int first = in.get() & 0xFF;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = first & 0x7F; i > 0; i--) {
            if (length >= 1 << 20) {
                throw new IllegalArgumentException("it has a part of impossible length");
            }
            length = length << 8 | in.get() & 0xFF;
        }
        return length;
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.length;
        if (length < 0x80) {
            out.write(length);
        } else {
            int bytes = (39 - Integer.numberOfLeadingZeros(length)) / 8;
            out.write(0x80 | bytes);
            for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
                out.write(length >> shift);
            }
        }
        out.writeBytes(content);
        return out.toByteArray();
    }
}
