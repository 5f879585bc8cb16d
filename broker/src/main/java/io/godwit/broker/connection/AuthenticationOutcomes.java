package io.godwit.broker.connection;

import io.godwit.broker.protection.Protection;
import io.godwit.broker.shard.Counter;
import io.godwit.codec.ReasonCode;
import org.jspecify.annotations.Nullable;

/** What a refused authentication counts as. */
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

    /**
     * Notes a failure, which may ban who tried.
     *
     * @param userName as whom, or null
     * @return for how many milliseconds its answer should wait
     */
    static long failed(Connection connection, @Nullable String userName) {
        ShardBroker here = connection.here();
        Protection.Failed failed =
                here.protection()
                        .failed(
                                connection.origin().address(),
                                userName,
                                here.shard().now(),
                                here.shard().wallMillis());
        if (failed.banned() != null) {
            here.shard().counters().increment(Counter.BANS_FOR_FAILURES);
            connection.tell("failed to authenticate too often: banned is " + failed.banned());
        }
        return failed.delayMillis();
    }
}
