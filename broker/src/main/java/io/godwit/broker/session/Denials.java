package io.godwit.broker.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.broker.auth.Verdict;
import io.godwit.broker.limits.LogGate;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.Shard;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.Utf8;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the rules have refused a client: all of it is counted, and logged once for each topic with
 * the rule that said so. On the session's shard only.
 */
public final class Denials {

    private static final Logger LOG = LoggerFactory.getLogger(Denials.class);

    /** Topics of a client that are logged; what it is refused beyond is counted only. */
    static final int MOST_LOGGED = 32;

    /** What was refused. */
    public enum Act {
        /** A PUBLISH. */
        PUBLISH("publish on", Counter.PUBLISH_DENIED),
        /** A filter in SUBSCRIBE. */
        SUBSCRIBE("subscribe to", Counter.SUBSCRIBE_DENIED),
        /** The delivery of a message, which is counted as dropped. */
        RECEIVE("receive what is published on", null),
        /** A Will Message. */
        WILL("publish its will on", Counter.WILL_DENIED);

        private final String words;
        private final @Nullable Counter counter;

        Act(String words, @Nullable Counter counter) {
            this.words = words;
            this.counter = counter;
        }

        private void count(Shard shard) {
            if (counter != null) {
                shard.counters().increment(counter);
            }
        }
    }

    private final String clientId;
    private final Shard shard;
    private final LogGate log;
    private final Troubles troubles;
    private int[] logged = {};

    Denials(String clientId, Shard shard, LogGate log, Troubles troubles) {
        this.clientId = clientId;
        this.shard = shard;
        this.log = log;
        this.troubles = troubles;
    }

    /**
     * Notes something that was refused.
     *
     * @param topic the Topic Name or Topic Filter in UTF-8
     */
    public void note(Act act, byte[] topic, Verdict verdict) {
        int key = Arrays.hashCode(topic) * 31 + act.ordinal();
        for (int known : logged) {
            if (known == key) {
                act.count(shard);
                return;
            }
        }
        if (logged.length < MOST_LOGGED) {
            logged = Arrays.copyOf(logged, logged.length + 1);
            logged[logged.length - 1] = key;
            note(act, clientId, topic, verdict, shard, log);
            troubles.note(
                    clientId,
                    shard.wallMillis(),
                    "may not %s %s: %s".formatted(act.words, Utf8.quote(topic), verdict.rule()));
        } else {
            act.count(shard);
        }
    }

    /** Notes that a subscription was taken back. */
    void revoked(TopicFilter filter, Verdict verdict) {
        shard.counters().increment(Counter.SUBSCRIPTIONS_REVOKED);
        log(shard, log, "subscribe any longer to", clientId, filter.toString(), verdict);
    }

    /** Counts and logs something that a client was refused before it had a session. */
    public static void note(
            Act act, String clientId, byte[] topic, Verdict verdict, Shard shard, LogGate log) {
        act.count(shard);
        log(shard, log, act.words, clientId, new String(topic, UTF_8), verdict);
    }

    private static void log(
            Shard shard,
            LogGate log,
            String words,
            String clientId,
            String topic,
            Verdict verdict) {
        if (!log.admit(shard.now())) {
            return;
        }
        long suppressed = log.takeSuppressed();
        if (suppressed > 0) {
            LOG.warn("{} lines about clients were left out of the log", suppressed);
        }
        LOG.warn(
                "client {} may not {} {}{}: {}",
                Utf8.quote(clientId),
                words,
                Utf8.quote(topic),
                verdict.isAllowed() ? " above QoS " + verdict.maximumQos() : "",
                verdict.rule());
    }
}
