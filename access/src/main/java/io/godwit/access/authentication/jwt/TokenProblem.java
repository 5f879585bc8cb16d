package io.godwit.access.authentication.jwt;

import io.godwit.broker.auth.Authenticator.Refused;
import io.godwit.codec.ReasonCode;

/** A token that does not count. Says why, with the name of the claim, and nothing secret. */
final class TokenProblem extends Exception {

    private static final long serialVersionUID = 1;

    private final ReasonCode reasonCode;
    private final String why;

    private TokenProblem(ReasonCode reasonCode, String why) {
        super(why);
        this.reasonCode = reasonCode;
        this.why = why;
    }

    /** It is not one that somebody signed who may. */
    static TokenProblem forged(String why) {
        return new TokenProblem(ReasonCode.BAD_USER_NAME_OR_PASSWORD, why);
    }

    /** It is signed, and does not let this client in. */
    static TokenProblem unfit(String why) {
        return new TokenProblem(ReasonCode.NOT_AUTHORIZED, why);
    }

    /** What the client is told; one without a password never that it is wrong. */
    Refused refused(boolean isPassword) {
        return new Refused(isPassword ? reasonCode : ReasonCode.NOT_AUTHORIZED, why);
    }
}
