package io.godwit.broker;

import io.godwit.broker.session.DropReason;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.TimerWheel;
import io.godwit.broker.spi.Message;
import io.godwit.codec.PacketException;
import io.godwit.codec.Properties;
import io.godwit.codec.TopicName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The {@code $SYS} topics, with the names that exporters and dashboards know from other servers.
 * Published as retained messages at QoS 0, and only when a value has changed. On the first shard.
 */
final class SystemTopics extends TimerWheel.Timer {

    private static final String ROOT = "$SYS/broker/";
    private static final double[] MINUTES = {1, 5, 15};

    /** What a load is the rate of, by the name of its topic; sums of counts. */
    private static final Map<String, Counter> LOADS =
            Map.of(
                    "messages/received", Counter.PACKETS_RECEIVED,
                    "messages/sent", Counter.PACKETS_SENT,
                    "bytes/received", Counter.BYTES_RECEIVED,
                    "bytes/sent", Counter.BYTES_SENT,
                    "publish/received", Counter.PUBLISH_RECEIVED,
                    "publish/sent", Counter.PUBLISH_SENT,
                    "sockets", Counter.SOCKETS_OPENED,
                    "connections", Counter.CONNECTIONS_OPENED);

    /** What became of authentications, and what was kept out or slowed down. */
    private static final Set<Counter> PROTECTION =
            EnumSet.range(Counter.AUTHENTICATIONS_ACCEPTED, Counter.PUBLISHERS_DISCONNECTED);

    private final Broker broker;
    private final String version;
    private final long intervalMillis;
    private final Map<String, String> published = new HashMap<>();
    private final Map<Counter, Long> before = new EnumMap<>(Counter.class);
    private final Map<String, double[]> loads = new HashMap<>();
    private long startedAt;
    private long droppedBefore;
    private long mostConnected;

    /** The topics of a broker; an interval of 0 turns them off. */
    SystemTopics(Broker broker, Duration interval, String version) {
        this.broker = broker;
        this.version = version;
        this.intervalMillis = interval.toMillis();
    }

    void start() {
        startedAt = broker.firstShard().now();
        if (intervalMillis > 0) {
            publish("version", version);
            fire();
        }
    }

    @Override
    protected void fire() {
        broker.firstShard().after(intervalMillis, this); // first, whatever happens to the rest
        publishCounts();
        publishLoads();
        publishProtection();
    }

    private void publishCounts() {
        long sessions =
                broker.count(Counter.SESSIONS_CREATED) - broker.count(Counter.SESSIONS_ENDED);
        long connected = broker.connections();
        mostConnected = Math.max(mostConnected, connected);
        publish("uptime", (broker.firstShard().now() - startedAt) / 1000 + " seconds");
        publish("clients/total", sessions);
        publish("clients/connected", connected);
        publish("clients/disconnected", Math.max(0, sessions - connected));
        publish("clients/expired", broker.count(Counter.SESSIONS_EXPIRED));
        publish("clients/maximum", mostConnected);
        publish("messages/received", broker.count(Counter.PACKETS_RECEIVED));
        publish("messages/sent", broker.count(Counter.PACKETS_SENT));
        publish("messages/stored", stored());
        publish("publish/messages/received", broker.count(Counter.PUBLISH_RECEIVED));
        publish("publish/messages/sent", broker.count(Counter.PUBLISH_SENT));
        publish("publish/messages/dropped", dropped());
        publish("publish/bytes/received", broker.count(Counter.PUBLISH_BYTES_RECEIVED));
        publish("publish/bytes/sent", broker.count(Counter.PUBLISH_BYTES_SENT));
        publish("bytes/received", broker.count(Counter.BYTES_RECEIVED));
        publish("bytes/sent", broker.count(Counter.BYTES_SENT));
        publish(
                "subscriptions/count",
                broker.count(Counter.SUBSCRIPTIONS_ADDED)
                        - broker.count(Counter.SUBSCRIPTIONS_REMOVED));
        publish("shared_subscriptions/count", broker.router().sharedSubscriptions());
        publish("retained messages/count", broker.retained().count());
        broker.store().figures().forEach((name, figure) -> publish("store/" + name, figure));
        Runtime runtime = Runtime.getRuntime();
        publish("heap/current", runtime.totalMemory() - runtime.freeMemory());
        for (DropReason reason : DropReason.values()) {
            String name = reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
            publish("publish/messages/dropped/" + name, broker.count(reason.counter()));
        }
    }

    private void publishProtection() {
        for (Counter counter : PROTECTION) {
            String name = counter.name().toLowerCase(Locale.ROOT).replace('_', '-');
            publish("protection/" + name, broker.count(counter));
        }
        publish("protection/bans", broker.protection().bans().size());
    }

    private long stored() {
        return broker.count(Counter.MESSAGES_QUEUED)
                - broker.count(Counter.MESSAGES_UNQUEUED)
                + broker.retained().count();
    }

    private long dropped() {
        long sum = broker.count(Counter.DROPPED_NO_MEMBER);
        for (DropReason reason : DropReason.values()) {
            sum += broker.count(reason.counter());
        }
        return sum;
    }

    /** Rates for a minute, as moving averages over 1, 5 and 15 minutes. */
    private void publishLoads() {
        LOADS.forEach((name, counter) -> {
            long now = broker.count(counter);
            Long then = before.put(counter, now);
            publishLoad(name, now - (then == null ? 0 : then));
        });
        long droppedNow = dropped();
        publishLoad("publish/dropped", droppedNow - droppedBefore);
        droppedBefore = droppedNow;
    }

    private void publishLoad(String name, long change) {
        double perMinute = change * 60_000.0 / intervalMillis;
        double[] averages = loads.computeIfAbsent(name, _ -> new double[MINUTES.length]);
        for (int i = 0; i < MINUTES.length; i++) {
            double keep = Math.exp(-intervalMillis / (MINUTES[i] * 60_000));
            averages[i] = perMinute + keep * (averages[i] - perMinute);
            publish(
                    "load/%s/%.0fmin".formatted(name, MINUTES[i]),
                    String.format(Locale.ROOT, "%.2f", averages[i]));
        }
    }

    private void publish(String name, long value) {
        publish(name, Long.toString(value));
    }

    private void publish(String name, String value) {
        if (value.equals(published.put(name, value))) {
            return;
        }
        Message message =
                new Message(
                        topic(name),
                        value.getBytes(StandardCharsets.UTF_8),
                        0,
                        true,
                        Properties.NONE,
                        Message.NEVER,
                        "");
        broker.router().publish(message, broker.firstShard());
    }

    private static TopicName topic(String name) {
        try {
            return TopicName.of(ROOT + name);
        } catch (PacketException impossible) {
            throw new IllegalArgumentException(name, impossible);
        }
    }
}
