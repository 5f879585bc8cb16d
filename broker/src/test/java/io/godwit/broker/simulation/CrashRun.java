package io.godwit.broker.simulation;

import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.CrashClient.Role;
import io.godwit.broker.spi.Database.Table;
import io.godwit.codec.Connect;
import io.godwit.codec.Packet;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.Publish;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One run of some clients on a broker that crashes and has trouble with its disk, for which a seed
 * decides everything. All the while and in the end it is checked that what was promised is kept.
 */
final class CrashRun {

    private static final int STEPS = 250;
    private static final int ROUNDS = 3_000;
    private static final List<String> DIRECT = List.of("t/0", "t/1", "t/2");
    private static final List<String> SHARED = List.of("s/0", "s/1");
    private static final String SHARED_FILTER = "$share/g/s/+";

    private final Random random;
    private final CrashWorld world;
    private final SimulatedBroker broker;
    private final List<CrashClient> publishers = new ArrayList<>();
    private final List<CrashClient> all = new ArrayList<>();
    private final boolean crashes;
    private final boolean trouble;
    private final boolean stalls;

    /** The clients of a seed, who have done nothing yet, and their broker. */
    CrashRun(long seed) {
        random = new Random(seed);
        world = new CrashWorld(seed, random);
        broker = world.broker();
        crashes = random.nextInt(8) != 0;
        trouble = random.nextInt(4) == 0;
        stalls = random.nextBoolean();
        addSubscribers();
        for (int i = 0; i < 3; i++) {
            boolean forgets = i == 2;
            long expiry = forgets ? 0 : Connect.NEVER_EXPIRES;
            publishers.add(client("pub" + i, expiry, false, false, 0, List.of()));
        }
        all.addAll(publishers);
    }

    private void addSubscribers() {
        all.add(client("watcher", Connect.NEVER_EXPIRES, false, false, 2, List.of("w/#")));
        all.add(client("steady", Connect.NEVER_EXPIRES, false, false, 2, DIRECT));
        all.add(
                client(
                        "sub1",
                        Connect.NEVER_EXPIRES,
                        false,
                        true,
                        1,
                        List.of("t/#", "t/0", "r/#")));
        long expiry = 5 + random.nextInt(60);
        all.add(client("sub2", expiry, random.nextBoolean(), true, 2, List.of("t/#", "r/#")));
        all.add(client("fresh", 0, true, true, random.nextInt(3), List.of("t/0", "t/#")));
        Ledger group = new Ledger("the group", 2, false, true);
        world.promises().add(group);
        for (int i = 0; i < 2; i++) {
            Role role =
                    role("member" + i, Connect.NEVER_EXPIRES, false, false, List.of(SHARED_FILTER));
            all.add(new CrashClient(broker, world, role, random, group));
        }
    }

    private CrashClient client(
            String clientId,
            long expiry,
            boolean cleans,
            boolean changes,
            int qos,
            List<String> filters) {
        Ledger ledger = new Ledger(clientId, qos, true, expiry > 0);
        world.promises().add(ledger);
        Role role = role(clientId, expiry, cleans, changes, filters);
        return new CrashClient(broker, world, role, random, ledger);
    }

    private Role role(
            String clientId, long expiry, boolean cleans, boolean changes, List<String> filters) {
        boolean timed = expiry != 0 && expiry != Connect.NEVER_EXPIRES;
        ProtocolVersion[] versions = ProtocolVersion.values();
        ProtocolVersion version =
                timed ? ProtocolVersion.V5 : versions[random.nextInt(versions.length)];
        boolean wills = !clientId.equals("watcher") && random.nextBoolean();
        return new Role(clientId, version, filters, expiry, cleans, changes, wills);
    }

    /** Does all of it. */
    void run() {
        all.forEach(CrashClient::connect);
        settle();
        for (int step = 0; step < STEPS; step++) {
            step();
            broker.run(random.nextInt(20));
        }
        calm();
        broker.books();
        world.promises().checkNothingIsOwed();
        checkRetained();
        checkNothingComesAgain();
        checkBooks();
    }

    // --- steps ----------------------------------------------------------------------------------

    private void step() {
        CrashClient client = all.get(random.nextInt(all.size()));
        switch (random.nextInt(40)) {
            case 0, 1 -> client.cut();
            case 2, 3, 4 -> client.connect();
            case 5 -> client.disconnect();
            case 6 -> client.readLittle();
            case 7, 8 -> client.readAll();
            case 9, 10, 11, 12, 13, 14 -> client.process();
            case 15, 16, 17, 18, 19, 20 -> client.answer(1 + random.nextInt(10));
            case 21 -> client.changeSubscriptions();
            case 22, 23 -> broker.tick(random.nextInt(300));
            case 24 -> somethingHappens();
            case 25 -> rest();
            case 26 -> all.forEach(each -> connectAgain(each));
            default -> publish();
        }
    }

    private void connectAgain(CrashClient client) {
        if (!client.isOpen()) {
            client.connect();
        } else {
            client.process();
        }
    }

    private void somethingHappens() {
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> crash();
            case 3 -> world.jump();
            case 4 -> disturb();
            case 5 -> world.repair();
            case 6 -> stall();
            default -> broker.tick(random.nextInt(15_000));
        }
    }

    private void crash() {
        if (!crashes) {
            return;
        }
        int times = random.nextInt(4) == 0 ? 2 : 1;
        for (int i = 0; i < times; i++) { // the second one while it still starts
            world.crash();
            all.forEach(CrashClient::crashed);
            if (random.nextInt(3) == 0) {
                broker.tick(random.nextInt(20_000));
                world.jump();
            }
            world.repair();
            world.launch();
            broker.run(random.nextInt(60));
        }
    }

    private void disturb() {
        if (trouble) {
            world.trouble();
        }
    }

    private void stall() {
        if (stalls) {
            broker.stall(random.nextInt(broker.loops()), random.nextBoolean());
        }
    }

    private void publish() {
        CrashClient publisher = publishers.get(random.nextInt(publishers.size()));
        int kind = random.nextInt(8);
        for (int i = random.nextInt(6); i >= 0; i--) {
            if (kind == 0) {
                String topic = "r/" + publisher.role().clientId() + "/" + random.nextInt(2);
                publisher.publish(topic, random.nextInt(3), true);
            } else {
                List<String> topics = kind < 3 ? SHARED : DIRECT;
                String topic = topics.get(random.nextInt(topics.size()));
                publisher.publish(topic, random.nextInt(3), false);
            }
        }
    }

    /** Everything that was sent is handled, and all that waits for its time is not due yet. */
    private void rest() {
        for (int i = 0; i < broker.loops(); i++) {
            broker.stall(i, false);
        }
        broker.tick(0);
        broker.run();
        world.note("--", "at rest");
        all.forEach(CrashClient::quiet);
    }

    // --- the end --------------------------------------------------------------------------------

    /** Lets everything be good until nobody has more to do, and what is due has come. */
    private void calm() {
        world.repair();
        for (int i = 0; i < 5; i++) { // opened anew, one second after a write has failed
            broker.tick(1_000);
            rest();
        }
        settle();
        world.recovered();
        for (int i = 0; i < 40; i++) {
            broker.tick(1_000);
            rest();
        }
        settle();
    }

    /** Lets the network be good until the clients have no more to do. */
    private void settle() {
        for (int round = 0; round < ROUNDS; round++) {
            rest();
            boolean done = true;
            for (CrashClient client : all) {
                if (!client.isOpen()) {
                    client.connect();
                }
                client.readAll();
                long before = client.deliveries();
                client.process();
                done &= client.isDone() && client.deliveries() == before;
                client.answer(Integer.MAX_VALUE);
            }
            if (done) {
                rest();
                return;
            }
            if (round % 10 == 9) {
                broker.tick(1_000);
            }
        }
        throw new AssertionError("the clients do not come to an end");
    }

    private void checkRetained() {
        world.promises().checkRetained(retained());
    }

    private Map<String, String> retained() {
        Map<String, String> found = new LinkedHashMap<>();
        TestClient reader = broker.connect(ProtocolVersion.V5, "reader").acknowledging();
        reader.subscribe(1, "r/#");
        for (Packet packet : reader.takeAll()) {
            if (packet instanceof Publish publish) {
                found.put(reader.topicOf(publish), Packets.text(publish));
            }
        }
        reader.disconnect();
        return found;
    }

    /** What is stored says that everything has come, and the same is retained. */
    private void checkNothingComesAgain() {
        Map<String, String> before = retained();
        if (crashes) {
            world.crash();
            all.forEach(CrashClient::crashed);
            world.launch();
            broker.run();
            world.promises().settled();
            settle();
            if (!retained().equals(before)) {
                throw new AssertionError(retained() + " was retained before as " + before);
            }
        }
    }

    private void checkBooks() {
        expectEqual(Counter.MESSAGES_QUEUED, Counter.MESSAGES_UNQUEUED);
        broker.books();
        all.forEach(CrashClient::leaveForEver);
        TestClient last = broker.connect(ProtocolVersion.V5, "last");
        for (String topic : world.promises().retainedTopics()) {
            last.publish(Packets.retain(Packets.publish(topic, "", 1, 1)));
        }
        last.disconnect();
        broker.tick(10_000);
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
        for (Table table : Table.values()) {
            int records = world.disk().records(table);
            if (table != Table.META && records != 0) {
                throw new AssertionError(records + " records are left in " + table);
            }
        }
    }

    private void expectEqual(Counter in, Counter out) {
        if (broker.count(in) != broker.count(out)) {
            throw new AssertionError(
                    "%s is %d and %s is %d"
                            .formatted(in, broker.count(in), out, broker.count(out)));
        }
    }

    // --- what happened --------------------------------------------------------------------------

    /** How many messages the broker took responsibility for. */
    int acknowledged() {
        return world.promises().acknowledged();
    }

    /** The last that has happened. */
    String story() {
        return world.story();
    }

    /** How often it crashed. */
    int crashes() {
        return world.crashes();
    }

    /** A number for all that clients have got: the same for the same seed. */
    long digest() {
        return world.digest();
    }
}
