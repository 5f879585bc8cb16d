package io.godwit.server.crash;

import io.godwit.codec.Packet;
import io.godwit.codec.PacketException;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.codec.Subscribe;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.UnsubAck;
import io.godwit.codec.Unsubscribe;
import io.godwit.server.crash.Event.Delivered;
import io.godwit.server.crash.Event.SubscribeSent;
import io.godwit.server.crash.Event.Subscribed;
import io.godwit.server.crash.Event.UnsubscribeSent;
import io.godwit.server.crash.Event.Unsubscribed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Subscribes once, comes and goes, and acknowledges late. It may take one of its subscriptions back
 * and make it anew all the time.
 */
final class Subscriber extends Client {

    private static final int LONGEST_STAY = 400;
    private static final int LONGEST_SUBSCRIPTION = 100;

    /**
     * A subscription that it wants.
     *
     * @param identifier the Subscription Identifier, 0 for none
     * @param changes whether it is taken back and made anew
     */
    record Wish(String filter, int qos, int identifier, boolean changes) {}

    private final List<Wish> wishes;
    private final Set<Wish> granted = new HashSet<>();
    private final int receiveMaximum;
    private final Map<Integer, Message> unreleased = new HashMap<>();
    private final Set<Integer> outstanding = new HashSet<>();
    private final List<Packet> unsent = new ArrayList<>();

    /** The SUBSCRIBE or UNSUBSCRIBE that is under way, and the subscription that it is about. */
    private @Nullable Packet request;

    private @Nullable Wish requested;

    /** How often it was sent. */
    private int requests;

    private int lastPacketId;
    private int away;

    Subscriber(
            String name,
            ProtocolVersion version,
            int receiveMaximum,
            List<Wish> wishes,
            long seed,
            History history) {
        super(name, version, seed, history);
        this.receiveMaximum = receiveMaximum;
        this.wishes = List.copyOf(wishes);
    }

    /** Whether it is a member of a shared subscription. */
    boolean isMember() {
        return wishes.stream().anyMatch(wish -> Topics.isShared(wish.filter()));
    }

    /** Whether it has a subscription to a topic all the time and for itself. */
    boolean wantsAllOf(String topic) {
        return wishes.stream()
                .filter(wish -> !wish.changes() && !Topics.isShared(wish.filter()))
                .anyMatch(wish -> Topics.matches(topic, wish.filter()));
    }

    /** Connects, unless it wants to stay away for that long. */
    @Override
    void start(int port, boolean drain) {
        if (drain || away == 0) {
            away = 0;
            super.start(port, drain);
        } else {
            away--;
        }
    }

    @Override
    Properties connectProperties(Properties properties) {
        return properties.with(Property.RECEIVE_MAXIMUM, receiveMaximum);
    }

    @Override
    boolean serve(Link link) throws IOException {
        outstanding.clear();
        unsent.clear();
        if (request != null) {
            request(link);
        } else {
            requestNext(link, wish -> !granted.contains(wish) && !wish.changes());
        }
        int stay = 1 + random.nextInt(LONGEST_STAY);
        while (draining() || stay-- > 0) {
            receive(link, link.read());
            if (request == null && random.nextInt(LONGEST_SUBSCRIPTION) == 0) {
                requestNext(link, Wish::changes);
            }
        }
        away = random.nextInt(6) == 0 ? 1 : 0;
        return away == 0 && random.nextInt(4) != 0;
    }

    /** Asks for the first subscription that is so, or takes it back if it is there. */
    private void requestNext(Link link, Predicate<Wish> wanted) throws IOException {
        for (Wish wish : wishes) {
            if (wanted.test(wish)) {
                lastPacketId = lastPacketId % 1_000 + 1;
                requested = wish;
                requests = 0;
                request =
                        granted.contains(wish)
                                ? new Unsubscribe(lastPacketId, List.of(filter(wish)))
                                : subscribe(wish);
                request(link);
                return;
            }
        }
    }

    private Subscribe subscribe(Wish wish) {
        return new Subscribe(
                lastPacketId,
                List.of(new SubscriptionRequest(filter(wish), wish.qos())),
                wish.identifier() == 0
                        ? Properties.NONE
                        : Properties.of(Property.SUBSCRIPTION_IDENTIFIER, wish.identifier()));
    }

    private void request(Link link) throws IOException {
        Wish wish = requested;
        if (wish == null || request == null) {
            throw new IllegalStateException("there is no request");
        }
        history.add(
                request instanceof Subscribe
                        ? new SubscribeSent(name, wish.filter(), wish.qos(), wish.identifier())
                        : new UnsubscribeSent(name, wish.filter()));
        link.write(request);
        requests++;
    }

    private void receive(Link link, Packet packet) throws IOException {
        switch (packet) {
            case Publish publish -> receive(publish);
            case PubRel rel -> {
                unreleased.remove(rel.packetId());
                unsent.add(new PubComp(rel.packetId()));
            }
            case SubAck subAck -> {
                Wish wish = answered(subAck);
                if (!subAck.reasonCodes().equals(List.of(ReasonCode.granted(wish.qos())))) {
                    throw new IOException(subAck + " for " + wish);
                }
                granted.add(wish);
                history.add(new Subscribed(name, wish.filter()));
                requestNext(link, next -> !granted.contains(next) && !next.changes());
            }
            case UnsubAck unsubAck -> {
                Wish wish = answered(unsubAck);
                boolean gone = unsubAck.reasonCodes().contains(ReasonCode.NO_SUBSCRIPTION_EXISTED);
                if (gone ? requests == 1 : !areSuccess(unsubAck)) {
                    throw new IOException(unsubAck + " for " + wish);
                }
                granted.remove(wish);
                history.add(new Unsubscribed(name, wish.filter()));
            }
            default -> throw new IOException("unexpected: " + packet);
        }
        acknowledge(link);
    }

    private static boolean areSuccess(UnsubAck answer) {
        return answer.reasonCodes().stream().allMatch(code -> code == ReasonCode.SUCCESS);
    }

    private Wish answered(Packet answer) throws IOException {
        Wish wish = requested;
        if (wish == null || request == null) {
            throw new IOException("nobody asked for " + answer);
        }
        requested = null;
        request = null;
        return wish;
    }

    private void receive(Publish publish) throws IOException {
        outstanding.add(publish.packetId());
        if (version.isV5() && outstanding.size() > receiveMaximum) {
            throw new IOException(
                    "%d messages under way, over the Receive Maximum of %d"
                            .formatted(outstanding.size(), receiveMaximum));
        }
        String topic = publish.topic().toString();
        boolean clears = publish.payload().length == 0 && Topics.isCleared(topic);
        Message message = clears ? null : Message.of(topic, publish.payload());
        if (message == null && !clears || publish.qos() == 0) {
            throw new IOException("nobody sent this: " + publish);
        }
        unsent.add(
                publish.qos() == 1
                        ? new PubAck(publish.packetId())
                        : new PubRec(publish.packetId()));
        if (publish.qos() == 2 && unreleased.containsKey(publish.packetId())) {
            Message known = unreleased.get(publish.packetId());
            if (!known.equals(message) || !publish.dup()) {
                throw new IOException(
                        "%s comes as %s before PUBREL for %s".formatted(message, publish, known));
            }
            return;
        }
        if (message != null) {
            if (publish.qos() == 2) {
                unreleased.put(publish.packetId(), message);
            }
            history.add(
                    new Delivered(
                            name,
                            connection(),
                            message,
                            publish.qos(),
                            publish.dup(),
                            publish.retain(),
                            publish.properties().all(Property.SUBSCRIPTION_IDENTIFIER)));
        }
    }

    /** Sends what is due, but not always at once. */
    private void acknowledge(Link link) throws IOException {
        if (!draining() && unsent.size() < receiveMaximum && random.nextInt(8) != 0) {
            return;
        }
        for (Packet packet : unsent) {
            link.write(packet);
            switch (packet) {
                case PubAck ack -> outstanding.remove(ack.packetId());
                case PubComp comp -> outstanding.remove(comp.packetId());
                default -> {}
            }
        }
        unsent.clear();
    }

    private static TopicFilter filter(Wish wish) {
        try {
            return TopicFilter.of(wish.filter());
        } catch (PacketException invalid) {
            throw new IllegalArgumentException(wish.filter(), invalid);
        }
    }
}
