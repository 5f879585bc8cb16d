package io.godwit.gateway.sn;

import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.CrashClient;
import io.godwit.broker.simulation.CrashWorld;
import io.godwit.broker.simulation.Ledger;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.codec.Connect;
import io.godwit.codec.ProtocolVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One run of clients of MQTT-SN and of MQTT on a broker that crashes and has trouble with its disk;
 * a seed decides everything. All the while and in the end it is checked that what was promised is
 * kept.
 */
final class SnCrashRun {

    private static final int STEPS = 400;
    private static final int STEP_MILLIS = 50;

    /** Half a second. */
    private static final int STEPS_OF_LIFE = 10;

    private static final int HOUR = 7_200;
    private static final int MINUTE = 120;
    private static final List<String> TOPICS = List.of("t/0", "t/1", "t/2");

    private final Random random;
    private final CrashWorld world;
    private final SimulatedBroker broker;
    private final SnCrashNetwork network;
    private final List<SnCrashDevice> devices = new ArrayList<>();
    private final List<CrashClient> clients = new ArrayList<>();
    private final List<Ledger> ledgers = new ArrayList<>();
    private final boolean crashes;
    private final boolean trouble;

    /**
     * The clients of a seed, who have done nothing yet, and their broker.
     *
     * @param journal a file that is not there
     */
    SnCrashRun(long seed, Path journal) {
        random = new Random(seed);
        world = new CrashWorld(seed, random);
        broker = world.broker();
        crashes = random.nextInt(8) != 0;
        trouble = random.nextInt(3) == 0;
        boolean slow = random.nextInt(3) == 0;
        network = new SnCrashNetwork(world, random, journal, slow);
        int qos = slow ? 1 : 2;
        add(new SnCrashDevice.Role("sleeper", 10_000, List.of("t/#"), qos, false, true));
        add(new SnCrashDevice.Role("meter", 20_000, List.of(), qos, true, true));
        add(new SnCrashDevice.Role("panel", 30_000, List.of("t/0", "t/1"), qos, true, false));
        add("steady", 2, ProtocolVersion.V5, List.of("t/#"));
        add("older", 1, ProtocolVersion.V3_1_1, TOPICS);
    }

    private void add(SnCrashDevice.Role role) {
        devices.add(new SnCrashDevice(network, world, role, ledger(role.clientId(), role.qos())));
    }

    private void add(String clientId, int qos, ProtocolVersion version, List<String> filters) {
        long expiry = Connect.NEVER_EXPIRES;
        CrashClient.Role role =
                new CrashClient.Role(clientId, version, filters, expiry, false, false, false);
        clients.add(new CrashClient(broker, world, role, random, ledger(clientId, qos)));
    }

    private Ledger ledger(String name, int qos) {
        Ledger ledger = new Ledger(name, qos, true, true);
        world.promises().add(ledger);
        ledgers.add(ledger);
        return ledger;
    }

    /** Does all of it. */
    void run() {
        network.perfect(true);
        while (!isDone()) { // a copy of an older message would be a surprise to a new session
            live();
        }
        network.perfect(false);
        for (int step = 0; step < STEPS; step++) {
            something();
            for (int i = random.nextInt(10); i >= 0; i--) {
                pass();
                broker.run(random.nextInt(40));
            }
        }
        calm();
        checkNothingComesAgain();
        broker.close();
    }

    // --- steps ----------------------------------------------------------------------------------

    private void something() {
        CrashClient client = clients.get(random.nextInt(clients.size()));
        SnCrashDevice device = devices.get(random.nextInt(devices.size()));
        switch (random.nextInt(40)) {
            case 0 -> client.cut();
            case 1, 2 -> client.connect();
            case 3, 4 -> device.move();
            case 5 -> device.forget();
            case 6 -> somethingFails();
            case 7, 8, 9 -> rest();
            case 10, 11, 12, 13 -> {
                String topic = TOPICS.get(random.nextInt(TOPICS.size()));
                client.publish(topic, random.nextInt(3), false);
            }
            case 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25 -> device.publish();
            case 26 -> clients.forEach(this::connectAgain);
            default -> {
                client.process();
                client.answer(1 + random.nextInt(10));
            }
        }
    }

    private void connectAgain(CrashClient client) {
        if (client.isOpen()) {
            client.process();
        } else {
            client.connect();
        }
    }

    private void somethingFails() {
        switch (random.nextInt(4)) {
            case 0 -> {
                if (trouble) {
                    world.trouble();
                }
            }
            case 1 -> world.repair();
            default -> {
                if (crashes) {
                    crash();
                }
            }
        }
    }

    private void crash() {
        world.crash();
        network.crashed();
        clients.forEach(CrashClient::crashed);
        world.repair();
        world.launch();
    }

    /** Some time passes, and what is due on the network by then is there. */
    private void pass() {
        broker.tick(STEP_MILLIS);
        network.step();
        devices.forEach(SnCrashDevice::step);
    }

    private void rest() {
        broker.tick(0);
        broker.run();
        clients.forEach(CrashClient::quiet);
    }

    // --- the end --------------------------------------------------------------------------------

    /** Nothing fails any more but the network; all that is owed comes. */
    private void calm() {
        world.repair();
        for (int i = 0; i < 10; i++) { // opened anew, one second after a write has failed
            live();
        }
        world.recovered();
        for (int i = 0; !isDone(); i++) {
            if (i > HOUR) {
                world.promises().checkNothingIsOwed();
                throw new AssertionError("the clients do not come to an end");
            }
            live();
        }
        world.promises().checkNothingIsOwed();
    }

    private boolean isDone() {
        return devices.stream().allMatch(SnCrashDevice::isDone)
                && clients.stream().allMatch(CrashClient::isDone)
                && ledgers.stream().noneMatch(Ledger::isOwed);
    }

    /** Time in which nothing happens but what has to. */
    private void live() {
        for (int i = 0; i < STEPS_OF_LIFE; i++) {
            pass();
            broker.run();
        }
        rest();
        for (CrashClient client : clients) {
            client.readAll();
            connectAgain(client);
            client.answer(Integer.MAX_VALUE);
        }
    }

    /** All copies are acknowledged, and the store says so. */
    private void checkNothingComesAgain() {
        network.perfect(true);
        for (int i = 0; !isSettled(); i++) {
            if (i > HOUR) {
                throw new AssertionError("some messages are never acknowledged");
            }
            live();
        }
        if (crashes) {
            crash();
        }
        world.promises().settled();
        for (int i = 0; i < MINUTE; i++) {
            live();
        }
    }

    private boolean isSettled() {
        return network.isIdle()
                && broker.count(Counter.MESSAGES_QUEUED) == broker.count(Counter.MESSAGES_UNQUEUED)
                && broker.books().inFlight() == 0;
    }

    // --- what happened --------------------------------------------------------------------------

    /** How many messages the broker took responsibility for. */
    int acknowledged() {
        return world.promises().acknowledged();
    }

    int crashes() {
        return world.crashes();
    }

    /** How often a sleeping client got all that waited. */
    int wakes() {
        return devices.stream().mapToInt(SnCrashDevice::wakes).sum();
    }

    /** The last that has happened. */
    String story() {
        return world.story();
    }

    /** A number for all that happened: the same for the same seed. */
    long digest() {
        return world.digest() * 31 + network.digest();
    }
}
