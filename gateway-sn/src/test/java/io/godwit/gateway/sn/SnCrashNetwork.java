package io.godwit.gateway.sn;

import io.godwit.broker.shard.EventLoop;
import io.godwit.broker.simulation.CrashWorld;
import io.godwit.broker.simulation.SimulatedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A gateway in the process of a simulated broker, with which it crashes, and the network in front
 * of it: three of ten datagrams are lost, one of ten comes twice, and they overtake each other.
 */
final class SnCrashNetwork {

    private static final double LOSS = 0.3;
    private static final double DUPLICATION = 0.1;

    /** Bytes of a datagram, so that every message of a client fits. */
    private static final int LARGEST = 65_507;

    /** Milliseconds that a datagram takes at least. */
    private static final int LEAST_DELAY = 100;

    /**
     * Less than three times the least, so that no copy of a PUBLISH comes behind the PUBREL that
     * ends its exchange: that would be a message of its own, for all that MQTT-SN says.
     */
    private static final int MOST_DELAY = 250;

    /** Beyond which a client sends again. */
    private static final int MOST_DELAY_OF_SLOW = 5_000;

    /** About as long as an answer takes, so that many come when their question is repeated. */
    private static final int IMPATIENT = 500;

    private static final int PATIENT = 3_000;

    private record Datagram(long at, long number, Runnable arrival)
            implements Comparable<Datagram> {

        @Override
        public int compareTo(Datagram other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    /** Lets a loop of the process write the journal, so that a crash may come before. */
    private static final class Writer extends AbstractExecutorService {

        private final EventLoop loop;

        Writer(EventLoop loop) {
            this.loop = loop;
        }

        @Override
        public void execute(Runnable action) {
            loop.execute(action);
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return false;
        }
    }

    private final CrashWorld world;
    private final Random random;
    private final Path journal;
    private final boolean slow;
    private final int retryMillis;
    private final PriorityQueue<Datagram> underWay = new PriorityQueue<>();
    private final Map<InetSocketAddress, Consumer<byte[]>> receivers = new HashMap<>();
    private @Nullable SnGateway gateway;
    private @Nullable EventLoop loop;
    private boolean perfect;
    private long datagrams;
    private long digest;

    /**
     * A network without a gateway, which comes with {@link #step} once the broker has started.
     *
     * @param journal the file of the gateway's journal
     * @param slow whether datagrams may take so long that they come behind what was sent later,
     *     after an answer; QoS 2 is too much to ask for then
     */
    SnCrashNetwork(CrashWorld world, Random random, Path journal, boolean slow) {
        this.world = world;
        this.random = random;
        this.journal = journal;
        this.slow = slow;
        this.retryMillis = random.nextBoolean() ? IMPATIENT : PATIENT;
    }

    Random random() {
        return random;
    }

    /** After which both sides send again what was not answered. */
    int retryMillis() {
        return retryMillis;
    }

    long now() {
        return world.monotonic();
    }

    /** Whether it loses and doubles nothing from now on. */
    void perfect(boolean isPerfect) {
        perfect = isPerfect;
    }

    /** The gateway is gone with its process; what is under way arrives all the same. */
    void crashed() {
        gateway = null;
        loop = null;
    }

    private void start() {
        SimulatedBroker broker = world.broker();
        EventLoop of = broker.newLoop();
        try {
            gateway =
                    new SnGateway(
                            SnTestSettings.with(
                                    SnSettings.of("sn", "127.0.0.1", 0),
                                    LARGEST,
                                    Duration.ofMillis(retryMillis)),
                            of,
                            broker.time(),
                            new Random(random.nextLong()),
                            (to, datagram) -> toClient(to.address(), datagram),
                            broker.broker().forGateways(),
                            broker.shards(),
                            new InetSocketAddress("127.0.0.1", SnSettings.PORT),
                            DeviceJournal.open(journal, of, new Writer(broker.newLoop())),
                            null);
            loop = of;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Receives at an address from now on. */
    void listen(InetSocketAddress at, Consumer<byte[]> receiver) {
        receivers.put(at, receiver);
    }

    /** Receives nothing there any more. */
    void leave(InetSocketAddress at) {
        receivers.remove(at);
    }

    void toGateway(InetSocketAddress from, byte[] datagram) {
        transmit(
                datagram,
                () -> {
                    SnGateway receiving = gateway;
                    EventLoop at = loop;
                    if (receiving != null && at != null) { // else nobody has the port
                        at.execute(() -> receiving.receive(from, null, ByteBuffer.wrap(datagram)));
                    }
                });
    }

    private void toClient(InetSocketAddress to, byte[] datagram) {
        transmit(
                datagram,
                () -> {
                    Consumer<byte[]> receiver = receivers.get(to);
                    if (receiver != null) {
                        receiver.accept(datagram);
                    }
                });
    }

    private void transmit(byte[] datagram, Runnable arrival) {
        digest = digest * 31 + Arrays.hashCode(datagram);
        if (perfect || random.nextDouble() >= LOSS) {
            deliver(arrival);
            if (!perfect && random.nextDouble() < DUPLICATION) {
                deliver(arrival);
            }
        }
    }

    private void deliver(Runnable arrival) {
        int most = slow && random.nextInt(10) == 0 ? MOST_DELAY_OF_SLOW : MOST_DELAY;
        long at = now() + random.nextInt(LEAST_DELAY, most);
        underWay.add(new Datagram(at, datagrams++, arrival));
    }

    /** What is due by now arrives; actions of the broker come between. */
    void step() {
        if (gateway == null && world.broker().hasStarted()) {
            start();
        }
        SnGateway ticking = gateway;
        if (ticking != null && loop != null) {
            loop.execute(ticking::tick);
        }
        while (!underWay.isEmpty() && underWay.element().at() <= now()) {
            underWay.remove().arrival().run();
            world.broker().run(random.nextInt(10));
        }
    }

    boolean isIdle() {
        return underWay.isEmpty();
    }

    /** A count of the present gateway. */
    long count(SnCounter counter) {
        return gateway == null ? 0 : gateway.counted(counter);
    }

    /** A number for all that was sent: the same for the same seed. */
    long digest() {
        return digest;
    }
}
