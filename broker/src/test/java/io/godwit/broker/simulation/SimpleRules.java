package io.godwit.broker.simulation;

import io.godwit.broker.auth.Authorizer;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.Origin;
import io.godwit.broker.auth.Permissions;
import io.godwit.broker.auth.Verdict;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import java.util.function.Predicate;

/**
 * Rules that are the same for all clients.
 *
 * @param mayPublish by topic, also with the will
 * @param maySubscribe by filter
 */
public record SimpleRules(Predicate<String> mayPublish, Predicate<String> maySubscribe)
        implements Authorizer, Permissions {

    private static final Verdict DENIED = new Verdict(false, 0, "the test");

    @Override
    public Permissions permissionsOf(Identity identity, Origin origin) {
        return this;
    }

    @Override
    public Verdict publish(TopicName topic, int qos, boolean retain) {
        return mayPublish.test(topic.toString()) ? Verdict.ALLOWED : DENIED;
    }

    @Override
    public Verdict will(TopicName topic, int qos, boolean retain) {
        return publish(topic, qos, retain);
    }

    @Override
    public Verdict subscribe(TopicFilter filter) {
        return maySubscribe.test(filter.toString()) ? Verdict.ALLOWED : DENIED;
    }

    @Override
    public Verdict receive(TopicName topic) {
        return Verdict.ALLOWED;
    }

    @Override
    public boolean receivesAll() {
        return true;
    }
}
