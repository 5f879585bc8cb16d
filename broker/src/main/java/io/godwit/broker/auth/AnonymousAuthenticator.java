package io.godwit.broker.auth;

import io.godwit.codec.ReasonCode;
import io.godwit.codec.Utf8;
import java.util.function.Consumer;

/** Lets everybody in, whatever user name they give, or nobody. */
public final class AnonymousAuthenticator implements Authenticator {

    private final boolean allowed;

    /**
     * The authenticator of {@code authentication.anonymous}.
     *
     * @param allowed whether clients may connect
     */
    public AnonymousAuthenticator(boolean allowed) {
        this.allowed = allowed;
    }

    @Override
    public void authenticate(Credentials credentials, Consumer<Decision> decided) {
        String method = credentials.method();
        if (method != null) {
            decided.accept(
                    new Refused(
                            ReasonCode.BAD_AUTHENTICATION_METHOD,
                            "authentication method " + Utf8.quote(method) + " is not known"));
        } else if (allowed) {
            decided.accept(
                    new Accepted(new Identity(credentials.clientId(), credentials.userName())));
        } else {
            decided.accept(
                    new Refused(
                            ReasonCode.NOT_AUTHORIZED,
                            "anonymous clients are not allowed; set authentication.anonymous ="
                                    + " true to let them in"));
        }
    }
}
