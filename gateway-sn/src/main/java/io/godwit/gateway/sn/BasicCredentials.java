package io.godwit.gateway.sn;

import io.godwit.codec.Binary;
import io.godwit.gateway.sn.codec.SnAuthentication;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the method {@link SnAuthentication#BASIC} says: a user name and a password, each behind its
 * length in two octets.
 */
record BasicCredentials(String userName, Binary password) {

    /** Reads them; null if they are something else. */
    static @Nullable BasicCredentials of(Binary data) {
        ByteBuffer in = ByteBuffer.wrap(data.bytes());
        byte[] userName = next(in);
        byte[] password = userName == null ? null : next(in);
        if (userName == null || password == null || in.hasRemaining()) {
            return null;
        }
        try {
            String name =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(userName))
                            .toString();
            return name.indexOf('\0') >= 0
                    ? null
                    : new BasicCredentials(name, new Binary(password));
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
    }

    private static byte @Nullable [] next(ByteBuffer in) {
        if (in.remaining() < 2) {
            return null;
        }
        int size = in.getShort() & 0xFFFF;
        if (in.remaining() < size) {
            return null;
        }
        byte[] bytes = new byte[size];
        in.get(bytes);
        return bytes;
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "BasicCredentials[" + userName + "]";
    }
}
