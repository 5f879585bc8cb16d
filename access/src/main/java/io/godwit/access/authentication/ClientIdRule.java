package io.godwit.access.authentication;

import io.godwit.broker.auth.Identity;
import org.jspecify.annotations.Nullable;

/** How the Client Identifier is bound to the user name. Clients without a user name are free. */
public enum ClientIdRule {
    /** It is not. */
    ANY,
    /** It is the user name. */
    USER_NAME,
    /**
     * It is the user name, or begins with it and a character that is neither letter nor digit: the
     * user {@code bob} may be {@code bob-kitchen}, but not {@code bobby}.
     */
    STARTS_WITH_USER_NAME;

    /** Whether an identity keeps to it. */
    boolean allows(Identity identity) {
        @Nullable String userName = identity.userName();
        String clientId = identity.clientId();
        if (this == ANY || userName == null || clientId.equals(userName)) {
            return true;
        }
        return this == STARTS_WITH_USER_NAME
                && !userName.isEmpty()
                && clientId.startsWith(userName)
                && !Character.isLetterOrDigit(clientId.codePointAt(userName.length()));
    }

    /** What it asks for, in words. */
    String inWords() {
        return switch (this) {
            case ANY -> "any client identifier will do";
            case USER_NAME -> "the client identifier has to be the user name";
            case STARTS_WITH_USER_NAME ->
                    "the client identifier has to be the user name, or to begin with it and a"
                            + " character such as '-'";
        };
    }
}
