package io.godwit.client;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * User Name and Password of a CONNECT.
 *
 * @param userName null for none
 * @param password null for none; before version 5 only with a user name
 */
public record Credentials(@Nullable String userName, byte @Nullable [] password) {

    /** A name and a password in UTF-8. */
    public static Credentials of(String userName, String password) {
        return new Credentials(userName, password.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "Credentials[userName=%s, password=%s]".formatted(userName, password == null ? "none" : "set");
    }
}
