package io.godwit.broker.simulation;

import io.godwit.broker.Broker;
import io.godwit.broker.auth.AnonymousAuthenticator;
import io.godwit.broker.auth.Authenticator;
import io.godwit.broker.auth.Authorizer;
import io.godwit.broker.auth.OpenAuthorizer;
import io.godwit.broker.auth.Origin;
import io.godwit.broker.control.Books;
import io.godwit.broker.durable.DurableStore;
import io.godwit.broker.durable.Quarantine;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.limits.LimitsBuilder;
import io.godwit.broker.protection.ProtectionSettings;
import io.godwit.broker.retained.InMemoryRetainedStore;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.EventLoop;
import io.godwit.broker.shard.Homes;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.Time;
import io.godwit.broker.shard.TimerWheel;
import io.godwit.broker.simulation.SimulatedDisk.Durability;
import io.godwit.broker.spi.Receiver.Place;
import io.godwit.codec.Connect;
import io.godwit.codec.ProtocolVersion;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A whole broker in the test's own thread. Nothing moves by itself: what clients send is worked off
 * by {@link #run}, which {@link TestClient#send} calls, and time stands still until {@link
 * #advance}. The same seed gives the same run.
 */
public final class SimulatedBroker implements AutoCloseable {

    static final long SECRET = 0x5EED;

    /** Bytes on the disk below which a durable broker refuses messages. */
    static final long MINIMUM_FREE_SPACE = 100_000;

    private static final int STUCK = 50_000_000;

    private final SimulatedTime time = new SimulatedTime();
    private final Options options;
    private final List<SimulatedWire> wires = new ArrayList<>();
    private @Nullable SimulatedProcess process;
    private long processes;
    private int accepted;

    private SimulatedBroker(Options options) {
        this.options = options;
        restart();
    }

    /** A broker with three shards, the default limits but no {@code $SYS}, open to all. */
    public static SimulatedBroker start() {
        return options().start();
    }

    /** What can be chosen about a broker before it starts. */
    public static Options options() {
        return new Options();
    }

    /** Chooses what is not to be as {@link SimulatedBroker#start()} has it. */
    public static final class Options {

        private final LimitsBuilder limits =
                Limits.defaults(1L << 30).toBuilder().sysInterval(Duration.ZERO);
        private Authenticator authenticator = new AnonymousAuthenticator(true);
        private Authorizer authorizer = new OpenAuthorizer();
        private ProtectionSettings protection = ProtectionSettings.NONE;
        private int shards = 3;
        private long seed = 1;
        private boolean shuffled;
        private @Nullable SimulatedDisk disk;
        private Durability durability = Durability.PROCESS;
        private Duration grace = Duration.ZERO;
        private Quarantine quarantine =
                (table, key, value, why) -> {
                    throw new AssertionError("a record of " + table + " is damaged: " + why);
                };

        private Options() {}

        /** Changes limits: {@code limits(l -> l.connections(3))}. */
        public Options limits(Consumer<LimitsBuilder> change) {
            change.accept(limits);
            return this;
        }

        /** Sets who may connect. */
        public Options authenticator(Authenticator value) {
            authenticator = value;
            return this;
        }

        /** Sets what clients may do. */
        public Options authorizer(Authorizer value) {
            authorizer = value;
            return this;
        }

        /** Sets what protects it; nothing at first. */
        public Options protection(ProtectionSettings value) {
            protection = value;
            return this;
        }

        ProtectionSettings protection() {
            return protection;
        }

        /** Sets the number of shards, 1 or more. */
        public Options shards(int value) {
            shards = value;
            return this;
        }

        /** Sets the seed of the shards' randomness and of a shuffled schedule. */
        public Options seed(long value) {
            seed = value;
            return this;
        }

        /** Lets the seed decide which loop goes on, instead of each in its turn. */
        public Options shuffled() {
            shuffled = true;
            return this;
        }

        /**
         * Lets the broker keep sessions and retained messages on a disk.
         *
         * @param restartGrace what sessions and wills have at least after a restart
         */
        public Options disk(SimulatedDisk value, Durability writes, Duration restartGrace) {
            disk = value;
            durability = writes;
            grace = restartGrace;
            return this;
        }

        /** Lets damaged records be found, which fail the test otherwise. */
        public Options quarantine(Quarantine value) {
            quarantine = value;
            return this;
        }

        Quarantine quarantine() {
            return quarantine;
        }

        @Nullable SimulatedDisk disk() {
            return disk;
        }

        Durability durability() {
            return durability;
        }

        Duration grace() {
            return grace;
        }

        Limits limits() {
            return limits.build();
        }

        Authenticator authenticator() {
            return authenticator;
        }

        Authorizer authorizer() {
            return authorizer;
        }

        int shards() {
            return shards;
        }

        boolean isShuffled() {
            return shuffled;
        }

        /** Starts the broker. */
        public SimulatedBroker start() {
            return new SimulatedBroker(this);
        }
    }

    // --- its process ----------------------------------------------------------------------------

    private SimulatedProcess process() {
        SimulatedProcess running = process;
        if (running == null) {
            throw new IllegalStateException("the broker is not running");
        }
        return running;
    }

    /** The process ends at once, and with it all connections and what it had in memory. */
    public void crash() {
        process();
        process = null;
        wires.forEach(SimulatedWire::processEnded);
        wires.clear();
    }

    /** Starts the broker again after a crash, and runs it until it rests. */
    public void restart() {
        launch();
        run();
    }

    /** Starts the broker again after a crash, and leaves it at that. */
    public void launch() {
        if (process != null) {
            throw new IllegalStateException("the broker is running");
        }
        process = new SimulatedProcess(options, time, options.seed * 31 + processes++);
    }

    /** Whether it accepts connections. */
    public boolean hasStarted() {
        return process().hasStarted();
    }

    // --- clients --------------------------------------------------------------------------------

    /**
     * A client whose Network Connection is open and which has sent nothing; while the broker starts
     * it is closed at once.
     */
    public TestClient client(ProtocolVersion version) {
        return client(version, Origin.tcp("tcp", InetAddress.getLoopbackAddress(), 1));
    }

    /** The same, from somewhere. */
    public TestClient client(ProtocolVersion version, Origin origin) {
        TestClient client = new TestClient(this, version);
        List<Shard> shards = process().shards();
        Shard shard = shards.get(accepted++ % shards.size());
        SimulatedWire wire =
                new SimulatedWire("10.0.0.1:" + accepted, origin, shard, time, client::received);
        client.wire(wire);
        wires.add(wire);
        if (!process().hasStarted()) {
            wire.processEnded(); // the connection is refused
            return client;
        }
        Broker broker = broker();
        shard.loop().execute(() -> accept(broker, wire, shard));
        return client;
    }

    /** As a transport does it. */
    private static void accept(Broker broker, SimulatedWire wire, Shard shard) {
        InetAddress address = wire.origin().address();
        Place place = address == null ? Place.UNCOUNTED : broker.admit(address, shard);
        if (place == null) {
            wire.abort();
        } else {
            wire.accepted(broker.accept(wire, shard, place));
        }
    }

    /** A client that is connected: CONNECT was sent, and CONNACK with success received. */
    public TestClient connect(Connect connect) {
        TestClient client = client(connect.version());
        client.connect(connect);
        return client;
    }

    /** A client that is connected with Clean Start and nothing special. */
    public TestClient connect(ProtocolVersion version, String clientId) {
        return connect(Packets.connect(version, clientId).build());
    }

    // --- running --------------------------------------------------------------------------------

    /** Runs until nothing is left to do at this time. */
    public void run() {
        int steps = 0;
        while (runOne()) {
            if (++steps > STUCK) {
                throw new AssertionError("the broker does not come to rest");
            }
        }
    }

    /** Runs this many actions, or until nothing is left to do. */
    public void run(int actions) {
        for (int i = 0; i < actions && runOne(); i++) {
            continue;
        }
    }

    /** How many loops there are: those of the shards, and the store's. */
    int loops() {
        return process().loops();
    }

    /** Another loop of the process, which goes with it; for what stands beside the broker. */
    public EventLoop newLoop() {
        return process().newLoop();
    }

    /** The shards of the process. */
    public List<Shard> shards() {
        return process().shards();
    }

    /** Stops the loop of a shard, or lets it go on, as if its thread were busy for long. */
    public void stall(int shard, boolean stalled) {
        process().stall(shard, stalled);
    }

    /** Stops the writer of the store on the disk, or lets it go on. */
    public void stallWriter(boolean stalled) {
        process().stall(options.shards, stalled);
    }

    private boolean runOne() {
        return process().runOne();
    }

    /** Lets time pass in steps of a timer's resolution, and runs after each. */
    public void advance(Duration duration) {
        long left = duration.toMillis();
        run();
        while (left > 0) {
            long step = Math.min(left, TimerWheel.RESOLUTION);
            tick(step);
            left -= step;
            run();
        }
    }

    /** Lets time pass at once, without running what is due then. */
    public void tick(long millis) {
        time.advance(millis);
        if (process != null) {
            process.shards().forEach(shard -> shard.loop().execute(shard::tick));
        }
        wires.forEach(SimulatedWire::tick);
        wires.removeIf(SimulatedWire::isClosed);
    }

    /** Moves the clocks forward at once; how long clients were silent does not grow by it. */
    public void leap(Duration duration) {
        time.leap(duration.toMillis());
        tick(0);
        run();
    }

    /** Sets the wall clock forward, or back by a negative duration, as an operator would. */
    public void jumpWallClock(Duration duration) {
        time.jumpWall(duration.toMillis());
    }

    /** Milliseconds of the wall clock. */
    public long wallMillis() {
        return time.wallMillis();
    }

    /** Its clocks. */
    public Time time() {
        return time;
    }

    // --- looking into it ------------------------------------------------------------------------

    /** The broker itself. */
    public Broker broker() {
        return process().broker();
    }

    /** The store on its disk. */
    public DurableStore store() {
        return (DurableStore) process().store();
    }

    /** A count, summed over all shards. */
    public long count(Counter counter) {
        return broker().count(counter);
    }

    /** The retained messages. */
    public InMemoryRetainedStore retained() {
        return process().retained();
    }

    /**
     * Bytes that the memory budget counts, exactly: shards tell what they collected each second.
     */
    public long memoryUsed() {
        advance(Duration.ofSeconds(2));
        return broker().memoryUsed();
    }

    /** The index of the shard on which the session of a Client Identifier lives. */
    public int homeOf(String clientId) {
        return new Homes(options.shards, SECRET).of(clientId);
    }

    /** A Client Identifier that starts with a prefix and lives on a shard. */
    public String clientIdOn(int shard, String prefix) {
        int number = 0;
        while (homeOf(prefix + number) != shard) {
            number++;
        }
        return prefix + number;
    }

    /**
     * What became of the copies of messages.
     *
     * @throws AssertionError if they do not balance now that nothing is left to do
     */
    public Books books() {
        process().goOn();
        run();
        Books books = broker().counts().booksNow();
        long bytes = count(Counter.BYTES_QUEUED) - count(Counter.BYTES_UNQUEUED);
        boolean hasSessions = count(Counter.SESSIONS_CREATED) > count(Counter.SESSIONS_ENDED);
        boolean isLeft = books.inFlight() != 0 || books.queued() != 0;
        if (books.residual() != 0
                || books.inFlight() < 0
                || books.queued() < 0
                || books.queued() == 0 && bytes != 0
                || !hasSessions && isLeft) {
            throw new AssertionError(
                    "the books do not balance: the residual is %d, %d bytes wait: %s"
                            .formatted(books.residual(), bytes, books));
        }
        return books;
    }

    /** Checks that nothing failed and the books balance; connections are left as they are. */
    @Override
    public void close() {
        books();
        process().checkNothingFailed();
    }
}
