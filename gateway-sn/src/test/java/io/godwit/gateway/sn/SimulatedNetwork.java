package io.godwit.gateway.sn;

import io.godwit.broker.Broker;
import io.godwit.broker.auth.AccessControl;
import io.godwit.broker.auth.AnonymousAuthenticator;
import io.godwit.broker.auth.OpenAuthorizer;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.protection.Protection;
import io.godwit.broker.protection.ProtectionSettings;
import io.godwit.broker.retained.InMemoryRetainedStore;
import io.godwit.broker.session.InMemorySessionStore;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.EventLoop;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.Time;
import io.godwit.gateway.sn.codec.SnVersion;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A broker, its gateway and a bad network in one thread: datagrams are lost, come twice and out of
 * order, as a seed says.
 */
final class SimulatedNetwork {

    /** Milliseconds between two looks at what is due. */
    static final int STEP = 20;

    private static final double LOSS = 0.3;
    private static final double DUPLICATION = 0.1;
    private static final int LEAST_DELAY = 100;
    private static final int MORE_DELAY = 100;

    private static final class Loop implements EventLoop {
        private final ArrayDeque<Runnable> actions = new ArrayDeque<>();

        @Override
        public void execute(Runnable action) {
            actions.add(action);
        }

        @Override
        public boolean inLoop() {
            return true;
        }
    }

    private record Datagram(long at, long number, Runnable arrival)
            implements Comparable<Datagram> {

        @Override
        public int compareTo(Datagram other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private final SnVersion version;
    private final Random random;
    private final List<Loop> loops = List.of(new Loop(), new Loop(), new Loop());
    private final List<Shard> shards = new ArrayList<>();
    private final PriorityQueue<Datagram> underWay = new PriorityQueue<>();
    private final Map<InetSocketAddress, Consumer<byte[]>> receivers = new HashMap<>();
    private final Broker broker;
    private final SnGateway gateway;
    private long now = 1_000_000;
    private long datagrams;

    SimulatedNetwork(SnVersion version, long seed) {
        this.version = version;
        random = new Random(seed);
        Time time =
                new Time() {
                    @Override
                    public long monotonicMillis() {
                        return now;
                    }

                    @Override
                    public long wallMillis() {
                        return now;
                    }
                };
        for (Loop loop : loops.subList(1, loops.size())) {
            shards.add(new Shard(shards.size(), loop, time, new Random(seed)));
        }
        Limits limits = Limits.defaults(1L << 30).toBuilder().sysInterval(Duration.ZERO).build();
        broker =
                new Broker(
                        shards,
                        limits,
                        new InMemorySessionStore(),
                        new InMemoryRetainedStore(limits.retained()),
                        new AccessControl(new AnonymousAuthenticator(true), new OpenAuthorizer()),
                        new Protection(ProtectionSettings.NONE),
                        "godwit test",
                        seed);
        gateway =
                new SnGateway(
                        SnTestSettings.speaking(
                                SnSettings.of("sn", "127.0.0.1", 0), SnVersion.values()),
                        loops.getFirst(),
                        time,
                        new Random(seed),
                        (to, datagram) -> toClient(to.address(), datagram),
                        broker.forGateways(),
                        shards,
                        new InetSocketAddress("127.0.0.1", SnSettings.PORT),
                        null,
                        null);
    }

    /** What its devices speak. */
    SnVersion version() {
        return version;
    }

    Random random() {
        return random;
    }

    long now() {
        return now;
    }

    long count(SnCounter counter) {
        return gateway.counted(counter);
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
        transmit(() -> gateway.receive(from, null, ByteBuffer.wrap(datagram)));
    }

    private void toClient(InetSocketAddress to, byte[] datagram) {
        transmit(() -> {
            Consumer<byte[]> receiver = receivers.get(to);
            if (receiver != null) {
                receiver.accept(datagram);
            }
        });
    }

    private void transmit(Runnable arrival) {
        if (random.nextDouble() >= LOSS) {
            long at = now + LEAST_DELAY + random.nextInt(MORE_DELAY);
            underWay.add(new Datagram(at, datagrams++, arrival));
            if (random.nextDouble() < DUPLICATION) {
                long again = at + random.nextInt(MORE_DELAY);
                underWay.add(new Datagram(again, datagrams++, arrival));
            }
        }
    }

    /** Lets a step pass, and runs what is due then. */
    void step() {
        now += STEP;
        while (!underWay.isEmpty() && underWay.element().at() <= now) {
            underWay.remove().arrival().run();
            run();
        }
        gateway.tick();
        shards.forEach(Shard::tick);
        run();
        if (broker.count(Counter.FAILED_ACTIONS) > 0) {
            throw new AssertionError("an action of a shard failed; the log has its stack");
        }
    }

    private void run() {
        boolean busy = true;
        while (busy) {
            busy = false;
            for (Loop loop : loops) {
                Runnable action = loop.actions.poll();
                if (action != null) {
                    action.run();
                    busy = true;
                }
            }
        }
    }
}
