package io.godwit.broker.session;

import io.godwit.broker.auth.SessionOwner;
import io.godwit.broker.control.ClientDetails;
import io.godwit.broker.control.ClientDetails.RecordedPacket;
import io.godwit.broker.control.ClientDetails.WillState;
import io.godwit.broker.control.ClientState;
import io.godwit.broker.control.Page;
import io.godwit.broker.control.SessionState;
import io.godwit.broker.control.SubscriptionState;
import io.godwit.broker.shard.FlightRecorder;
import io.godwit.broker.shard.Shard;
import io.godwit.codec.Connect;
import io.godwit.codec.Property;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.Will;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sessions as an administrator sees them. On the session's shard only. */
final class ClientViews {

    /** Characters of names from which on a client is shown without its further subscriptions. */
    private static final long CHARACTERS = 1_000_000;

    private ClientViews() {}

    static SessionState session(Lifetime lifetime) {
        Session session = lifetime.session();
        SessionOwner owner = session.owner();
        long expiry = lifetime.expiryInterval();
        return new SessionState(
                session.clientId(),
                owner == null ? null : owner.userName(),
                owner != null && owner.userName() == null,
                session.hasConnection(),
                Instant.ofEpochMilli(lifetime.since()),
                expiry == Connect.NEVER_EXPIRES ? null : Duration.ofSeconds(expiry),
                session.queued(),
                session.subscriptions().size(),
                lifetime.hasWill());
    }

    static ClientState client(Lifetime lifetime) {
        Session session = lifetime.session();
        Outbound holder = session.holder();
        return new ClientState(
                session(lifetime), holder == null ? null : holder.look(), session.inFlight());
    }

    static ClientDetails details(Lifetime lifetime, Troubles troubles) {
        Session session = lifetime.session();
        int clientId = session.clientId().length();
        long[] characters = {0};
        List<SubscriptionState> subscriptions =
                session.subscriptions().stream()
                        .sorted(Comparator.comparing(it -> it.filter().toString()))
                        .limit(Page.MOST)
                        .takeWhile(it -> {
                            boolean isRoom = characters[0] <= CHARACTERS;
                            characters[0] += clientId + it.filter().bytes().length;
                            return isRoom;
                        })
                        .map(Subscription::look)
                        .toList();
        return new ClientDetails(
                client(lifetime),
                session.queuedBytes(),
                will(lifetime.will()),
                subscriptions,
                packets(session.recorder(), session.home()),
                troubles.of(session.clientId(), session.home()));
    }

    /** The packets of a connection, the oldest first; none of null. */
    static List<RecordedPacket> packets(@Nullable FlightRecorder recorder, Shard here) {
        if (recorder == null) {
            return List.of();
        }
        long wallMillis = here.wallMillis();
        return recorder.headers(here.now()).stream()
                .map(it ->
                        new RecordedPacket(
                                Instant.ofEpochMilli(wallMillis - it.age()),
                                it.isReceived(),
                                it.type().toString(),
                                it.bytes()))
                .toList();
    }

    private static @Nullable WillState will(@Nullable Will will) {
        return will == null
                ? null
                : new WillState(
                        will.topic().toString(),
                        will.qos(),
                        will.retain(),
                        will.properties().getOrDefault(Property.WILL_DELAY_INTERVAL, 0L));
    }

    static SubscriptionState subscription(Subscription subscription) {
        TopicFilter filter = subscription.filter();
        String share = filter.shareName();
        int id = subscription.id();
        return new SubscriptionState(
                subscription.session().clientId(),
                new String(filter.bytes(), StandardCharsets.UTF_8),
                TopicFilter.QUEUE_SHARE_NAME.equals(share) ? "$queue" : share,
                subscription.request().maximumQos(),
                subscription.request().noLocal(),
                subscription.request().retainAsPublished(),
                subscription.request().retainHandling().ordinal(),
                id == 0 ? null : id);
    }
}
