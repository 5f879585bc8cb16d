package io.godwit.admin;

import io.godwit.admin.http.Role;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Who may log in to the HTTP API. Safe for every thread but an event loop's: a password may take
 * long to verify.
 */
public interface Accounts {

    /** Nobody. */
    Accounts NONE =
            new Accounts() {
                @Override
                public boolean isEmpty() {
                    return true;
                }

                @Override
                public @Nullable Account ofPassword(String user, byte[] password) {
                    return null;
                }

                @Override
                public @Nullable Account ofToken(byte[] token) {
                    return null;
                }
            };

    /**
     * Somebody who has logged in.
     *
     * @param name of the user, or of the token
     */
    record Account(String name, Role role) {}

    /** Whether nobody can log in. */
    boolean isEmpty();

    /**
     * The user who has a password; null if there is none, or it is another one, which takes the
     * same time.
     *
     * @throws IOException if too many are verified already; says so
     */
    @Nullable Account ofPassword(String user, byte[] password) throws IOException;

    /** Whose token it is, or null. */
    @Nullable Account ofToken(byte[] token);
}
