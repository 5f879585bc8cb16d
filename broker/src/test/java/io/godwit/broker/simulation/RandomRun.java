package io.godwit.broker.simulation;

import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.RandomClient.Received;
import io.godwit.codec.ProtocolVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One run of some clients for which a seed decides everything: what they do, when the broker's
 * loops go on, where segments end and the network fails. In the end it is checked that what was
 * promised was kept.
 */
final class RandomRun {

    private static final int PUBLISHERS = 3;
    private static final int SUBSCRIBERS = 4;
    private static final int STEPS = 400;
    private static final String[] DIRECT = {"t/0", "t/1", "t/2"};
    private static final String[] SHARED = {"s/0", "s/1"};
    private static final String SHARED_FILTER = "$share/group/s/+";

    private final Random random;
    private final SimulatedBroker broker;
    private final List<RandomClient> publishers = new ArrayList<>();
    private final List<RandomClient> subscribers = new ArrayList<>();
    private final List<RandomClient> members = new ArrayList<>();
    private final List<RandomClient> all = new ArrayList<>();

    RandomRun(long seed) {
        random = new Random(seed);
        int inFlight = 1 + random.nextInt(20);
        broker =
                SimulatedBroker.options()
                        .shards(1 + random.nextInt(3))
                        .seed(seed)
                        .shuffled()
                        .limits(limits -> limits.inFlight(inFlight))
                        .start();
        for (int i = 0; i < SUBSCRIBERS; i++) {
            String[] filters = random.nextBoolean() ? DIRECT : new String[] {"t/#", "t/0"};
            subscribers.add(client("sub" + i, random.nextInt(3), filters));
        }
        for (int i = 0; i < 2; i++) {
            members.add(client("member" + i, 2, SHARED_FILTER));
        }
        for (int i = 0; i < PUBLISHERS; i++) {
            publishers.add(client("pub" + i, 0));
        }
        all.addAll(subscribers);
        all.addAll(members);
        all.addAll(publishers);
    }

    private RandomClient client(String clientId, int qos, String... filters) {
        ProtocolVersion[] versions = ProtocolVersion.values();
        return new RandomClient(
                broker, versions[random.nextInt(versions.length)], clientId, random, qos, filters);
    }

    /** Does all of it. */
    void run() {
        subscribers.forEach(RandomClient::connect);
        members.forEach(RandomClient::connect);
        settle(subscribers);
        settle(members);
        publishers.forEach(RandomClient::connect);
        for (int step = 0; step < STEPS; step++) {
            step();
        }
        settle(all);
        checkDeliveries();
        checkBooks();
    }

    private void step() {
        RandomClient client = all.get(random.nextInt(all.size()));
        switch (random.nextInt(20)) {
            case 0 -> client.cut();
            case 1 -> client.connect();
            case 2 -> client.readLittle();
            case 3, 4 -> client.readAll();
            case 5, 6, 7, 8 -> client.process();
            case 9, 10, 11 -> client.answer(1 + random.nextInt(10));
            case 12 -> broker.advance(Duration.ofMillis(random.nextInt(300)));
            default -> publish(publishers.get(random.nextInt(PUBLISHERS)));
        }
        broker.run(random.nextInt(20));
    }

    private void publish(RandomClient publisher) {
        String[] topics = random.nextInt(4) == 0 ? SHARED : DIRECT;
        for (int i = random.nextInt(6); i >= 0; i--) {
            publisher.publish(topics[random.nextInt(topics.length)], random.nextInt(3));
        }
    }

    /** Lets the network be good until these clients have no more to do. */
    private void settle(List<RandomClient> clients) {
        clients.forEach(RandomClient::readAll);
        for (int round = 0; round < 2_000; round++) {
            broker.run();
            boolean done = true;
            for (RandomClient client : clients) {
                if (!client.isOpen()) {
                    client.connect();
                }
                int before = client.received().size();
                client.process();
                done &= client.isDone() && client.received().size() == before;
                client.answer(Integer.MAX_VALUE);
            }
            if (done) {
                return;
            }
        }
        throw new AssertionError("the clients do not come to an end");
    }

    // --- what was promised ----------------------------------------------------------------------

    private void checkDeliveries() {
        for (RandomClient subscriber : subscribers) {
            Map<String, Integer> times = count(List.of(subscriber));
            checkTimes(times, "t/", subscriber.qos());
            checkOrder(subscriber);
        }
        checkTimes(count(members), "s/", 2);
    }

    private static Map<String, Integer> count(List<RandomClient> clients) {
        Map<String, Integer> times = new HashMap<>();
        for (RandomClient client : clients) {
            for (Received message : client.received()) {
                if (!message.text().contains(":" + message.topic() + ":")) {
                    throw new AssertionError(message + " came on another topic");
                }
                times.merge(message.text(), 1, Integer::sum);
            }
        }
        return times;
    }

    private void checkTimes(Map<String, Integer> times, String prefix, int granted) {
        for (RandomClient publisher : publishers) {
            publisher
                    .published()
                    .forEach((text, publishedQos) -> {
                        int came = times.getOrDefault(text, 0);
                        int qos = Math.min(publishedQos, granted);
                        boolean kept =
                                switch (qos) {
                                    case 0 -> publishedQos == 1 || came <= 1;
                                    case 1 -> came >= 1;
                                    default -> came == 1;
                                };
                        if (text.contains(":" + prefix) && !kept) {
                            throw new AssertionError(
                                    "%s came %d times at QoS %d".formatted(text, came, qos));
                        }
                    });
        }
    }

    /**
     * The first copies of each publisher's messages on a topic come in order, for each QoS; but of
     * a message published at QoS 1 and delivered at QoS 0 a later copy may be the first to come.
     */
    private static void checkOrder(RandomClient subscriber) {
        Map<String, Integer> last = new HashMap<>();
        Map<String, Boolean> seen = new HashMap<>();
        for (Received message : subscriber.received()) {
            if (seen.put(message.text(), true) != null) {
                continue;
            }
            String[] parts = message.text().split(":", -1);
            String stream = parts[0] + ":" + parts[2] + ":" + parts[3];
            if (message.qos() == 0 && parts[3].equals("1")) {
                continue;
            }
            int number = Integer.parseInt(parts[1]);
            Integer before = last.put(stream, number);
            if (before != null && before > number) {
                throw new AssertionError(message + " came after number " + before);
            }
        }
    }

    private void checkBooks() {
        expectEqual(Counter.MESSAGES_QUEUED, Counter.MESSAGES_UNQUEUED);
        broker.books();
        all.forEach(RandomClient::leaveForEver);
        broker.advance(Duration.ofSeconds(10)); // for closed connections that are not read
        long used = broker.memoryUsed();
        if (used != 0 || broker.broker().connections() != 0) {
            throw new AssertionError(
                    "%d bytes and %d connections are left"
                            .formatted(used, broker.broker().connections()));
        }
        expectEqual(Counter.SESSIONS_CREATED, Counter.SESSIONS_ENDED);
        expectEqual(Counter.CONNECTIONS_OPENED, Counter.CONNECTIONS_CLOSED);
        expectEqual(Counter.SUBSCRIPTIONS_ADDED, Counter.SUBSCRIPTIONS_REMOVED);
        expectEqual(Counter.SHARED_SUBSCRIPTIONS_ADDED, Counter.SHARED_SUBSCRIPTIONS_REMOVED);
        broker.close();
    }

    private void expectEqual(Counter in, Counter out) {
        if (broker.count(in) != broker.count(out)) {
            throw new AssertionError(
                    "%s is %d and %s is %d"
                            .formatted(in, broker.count(in), out, broker.count(out)));
        }
    }

    /** How many messages were published, so that a run that does nothing is noticed. */
    int published() {
        return publishers.stream().mapToInt(publisher -> publisher.published().size()).sum();
    }
}
