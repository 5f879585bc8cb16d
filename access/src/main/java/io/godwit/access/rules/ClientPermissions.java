package io.godwit.access.rules;

import io.godwit.broker.auth.OpenAuthorizer;
import io.godwit.broker.auth.Permissions;
import io.godwit.broker.auth.Verdict;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * What one client may do: of its rules, in their order, the first that is about the action and
 * matches decides. What was said about the latest topics is remembered. Safe for every thread.
 */
final class ClientPermissions implements Permissions {

    /** Topics whose verdicts are remembered, for each direction; a power of two. */
    private static final int REMEMBERED = 16;

    /** Bytes of the longest topic that is remembered: it counts against no limit. */
    private static final int LONGEST_REMEMBERED = 128;

    private final RuleTable rules;
    private final Verdict otherwise;
    private final boolean subscribesAll;
    private final boolean receivesAll;
    private @Nullable Recent @Nullable [] published;
    private @Nullable Recent @Nullable [] received;

    /** What was said about a topic; the second is for RETAIN. */
    private record Recent(TopicName topic, Verdict verdict, Verdict retained) {}

    /**
     * The permissions of a client.
     *
     * @param otherwise decides where no rule does
     * @param subscribesAll whether SUBSCRIBE is always granted and delivery alone is checked
     */
    ClientPermissions(RuleTable rules, Verdict otherwise, boolean subscribesAll) {
        this.rules = rules;
        this.otherwise = otherwise;
        this.subscribesAll = subscribesAll;
        this.receivesAll =
                otherwise.isAllowed()
                        && !rules.denies(Action.SUBSCRIBE.bit() | Action.RECEIVE.bit());
    }

    @Override
    public Verdict publish(TopicName topic, int qos, boolean retain) {
        Recent recent = find(published, topic);
        if (recent == null) {
            Verdict verdict = decide(topic, Action.PUBLISH, Action.PUBLISH);
            recent = new Recent(topic, verdict, retained(topic, verdict));
            published = remember(published, recent);
        }
        return retain ? recent.retained : recent.verdict;
    }

    @Override
    public Verdict will(TopicName topic, int qos, boolean retain) {
        Verdict verdict = decide(topic, Action.PUBLISH, Action.WILL);
        return retain ? retained(topic, verdict) : verdict;
    }

    /** What holds with the RETAIN flag, for what is so without it. */
    private Verdict retained(TopicName topic, Verdict verdict) {
        CompiledRule rule = verdict.isAllowed() ? rules.first(topic, Action.RETAIN.bit()) : null;
        return rule == null || rule.isAllowed() ? verdict : rule.verdict();
    }

    @Override
    public Verdict subscribe(TopicFilter filter) {
        Verdict verdict = RuleTable.verdict(rules.first(filter), otherwise);
        return subscribesAll && !verdict.isAllowed() ? Verdict.ALLOWED : verdict;
    }

    @Override
    public Verdict receive(TopicName topic) {
        Recent recent = find(received, topic);
        if (recent == null) {
            Verdict verdict = decide(topic, Action.SUBSCRIBE, Action.RECEIVE);
            recent = new Recent(topic, verdict, verdict);
            received = remember(received, recent);
        }
        return recent.verdict;
    }

    @Override
    public boolean receivesAll() {
        return receivesAll;
    }

    /**
     * Decides by the first rule about either of two actions; where that allows, the first rule
     * about the narrower one can still deny.
     */
    private Verdict decide(TopicName topic, Action wider, Action narrower) {
        if (wider == Action.PUBLISH && OpenAuthorizer.isSystem(topic)) {
            return OpenAuthorizer.OWN;
        }
        CompiledRule rule = rules.first(topic, wider.bit() | narrower.bit());
        Verdict verdict = RuleTable.verdict(rule, otherwise);
        if (wider == narrower || !verdict.isAllowed()) {
            return verdict;
        }
        CompiledRule narrow = rules.first(topic, narrower.bit());
        return narrow == null || narrow.isAllowed() ? verdict : narrow.verdict();
    }

    private static @Nullable Recent find(
            @Nullable Recent @Nullable [] remembered, TopicName topic) {
        Recent found = remembered == null ? null : remembered[slot(topic)];
        return found != null && found.topic.equals(topic) ? found : null;
    }

    /** Of two threads that remember at once one is forgotten, which costs another look. */
    private static @Nullable Recent @Nullable [] remember(
            @Nullable Recent @Nullable [] before, Recent recent) {
        if (recent.topic.bytes().length > LONGEST_REMEMBERED) {
            return before;
        }
        @Nullable Recent[] kept = before == null ? new Recent[REMEMBERED] : before;
        kept[slot(recent.topic)] = recent;
        return kept;
    }

    private static int slot(TopicName topic) {
        int hash = topic.hashCode();
        return (hash ^ hash >>> 16) & (REMEMBERED - 1);
    }
}
