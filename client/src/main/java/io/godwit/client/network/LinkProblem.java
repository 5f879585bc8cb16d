package io.godwit.client.network;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Why there is no connection, in words that say all that is to be said but which server it is. */
final class LinkProblem extends IOException {

    private static final long serialVersionUID = 1;

    LinkProblem(String message) {
        super(message);
    }

    LinkProblem(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
