package io.godwit.broker.connection;

import io.godwit.broker.shard.Counter;
import io.godwit.codec.ReasonCode;

/** What the reason of a refused authentication says about it. */
final class AuthenticationOutcomes {

    private AuthenticationOutcomes() {}

    /** Which count a refusal belongs to. */
    static Counter counterOf(ReasonCode reasonCode) {
        return switch (reasonCode) {
            case BAD_USER_NAME_OR_PASSWORD -> Counter.AUTHENTICATIONS_WITH_BAD_CREDENTIALS;
            case NOT_AUTHORIZED -> Counter.AUTHENTICATIONS_NOT_AUTHORIZED;
            case SERVER_BUSY, SERVER_UNAVAILABLE -> Counter.AUTHENTICATIONS_BUSY;
            default -> Counter.AUTHENTICATIONS_REFUSED_OTHERWISE;
        };
    }

    /** Whether the client has shown something wrong, which may have been a guess. */
    static boolean isFailure(ReasonCode reasonCode) {
        return reasonCode == ReasonCode.BAD_USER_NAME_OR_PASSWORD
                || reasonCode == ReasonCode.NOT_AUTHORIZED;
    }
}
