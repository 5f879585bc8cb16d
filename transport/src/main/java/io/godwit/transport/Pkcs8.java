package io.godwit.transport;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * Puts private keys in the older forms that OpenSSL still writes into PKCS #8, the only one that
 * the JDK reads.
 */
final class Pkcs8 {

    private static final int INTEGER = 0x02;
    private static final int OCTET_STRING = 0x04;
    private static final int SEQUENCE = 0x30;
    private static final int CURVE = 0xa0;

    private static final byte[] VERSION = {INTEGER, 1, 0};

    /** rsaEncryption, 1.2.840.113549.1.1.1, and its parameters: NULL. */
    private static final byte[] RSA = {
        0x06, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 0x05, 0
    };

    /** id-ecPublicKey, 1.2.840.10045.2.1. */
    private static final byte[] EC = {0x06, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

    private Pkcs8() {}

    /** Wraps an RSAPrivateKey (PKCS #1). */
    static byte[] ofRsa(byte[] key) {
        return element(SEQUENCE, VERSION, element(SEQUENCE, RSA), element(OCTET_STRING, key));
    }

    /**
     * Wraps an ECPrivateKey (SEC 1).
     *
     * @param curve the curve, for a key that does not name it; may be empty
     * @throws IllegalArgumentException if it is none, or nothing names its curve
     */
    static byte[] ofEc(byte[] key, byte[] curve) {
        byte[] named = curve.length > 0 ? curve : curveOf(key);
        return element(SEQUENCE, VERSION, element(SEQUENCE, EC, named), element(OCTET_STRING, key));
    }

    private static byte[] curveOf(byte[] key) {
        try {
            ByteBuffer in = ByteBuffer.wrap(key);
            if ((in.get() & 0xff) == SEQUENCE) {
                length(in);
                while (in.hasRemaining()) {
                    int tag = in.get() & 0xff;
                    byte[] content = new byte[Math.min(length(in), in.remaining())];
                    in.get(content);
                    if (tag == CURVE) {
                        return content;
                    }
                }
            }
        } catch (BufferUnderflowException cutOff) {
            throw new IllegalArgumentException("the key is cut off", cutOff);
        }
        throw new IllegalArgumentException("the key does not name its curve");
    }

    private static int length(ByteBuffer in) {
        int first = in.get() & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = first & 0x7f; i > 0; i--) {
            length = length << 8 | in.get() & 0xff;
        }
        if (length < 0) {
            throw new IllegalArgumentException("the key has a part of impossible length");
        }
        return length;
    }

    private static byte[] element(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.size();
        if (length < 0x80) {
            out.write(length);
        } else {
            int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
            out.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                out.write(length >> 8 * i);
            }
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }
}
