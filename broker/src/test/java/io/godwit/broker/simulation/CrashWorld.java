package io.godwit.broker.simulation;

import io.godwit.broker.simulation.SimulatedDisk.Durability;
import io.godwit.codec.Packet;
import io.godwit.codec.Publish;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Random;
import java.util.stream.Collectors;

/** The broker of a run with its disk and its clocks, and what goes wrong with them. */
public final class CrashWorld {

    private static final int LINES_KEPT = 1_000;
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Promises promises = new Promises();
    private final Random random;
    private final SimulatedDisk disk;
    private final Durability durability;
    private final SimulatedBroker broker;
    private final boolean jumps;
    private long startedAt;
    private long jumpedForward;
    private boolean trouble;
    private int crashes;
    private long seen;
    private final ArrayDeque<Line> story = new ArrayDeque<>();

    /** A broker that has just started on an empty disk. */
    public CrashWorld(long seed, Random random) {
        this.random = random;
        this.jumps = random.nextInt(4) == 0;
        this.disk = new SimulatedDisk(seed);
        this.durability = random.nextInt(3) == 0 ? Durability.POWER : Durability.PROCESS;
        int inFlight = 1 + random.nextInt(20);
        this.broker =
                SimulatedBroker.options()
                        .shards(1 + random.nextInt(3))
                        .seed(seed)
                        .shuffled()
                        .limits(limits -> limits.inFlight(inFlight).connectRate(0))
                        .disk(disk, durability, GRACE)
                        .start();
        this.startedAt = monotonic();
    }

    /** The broker, which may be down. */
    public SimulatedBroker broker() {
        return broker;
    }

    SimulatedDisk disk() {
        return disk;
    }

    /** What clients have sent, and what the broker has promised them. */
    public Promises promises() {
        return promises;
    }

    // --- clocks ---------------------------------------------------------------------------------

    /** Milliseconds of the monotonic clock. */
    public long monotonic() {
        return broker.time().monotonicMillis();
    }

    /** Milliseconds of the wall clock. */
    public long wall() {
        return broker.time().wallMillis();
    }

    /** When the present process started, on the monotonic clock. */
    long startedAt() {
        return startedAt;
    }

    /** What a session and its will have at least after a restart. */
    long graceMillis() {
        return GRACE.toMillis();
    }

    /** Whether the wall clock is set now and then. */
    boolean clockJumps() {
        return jumps;
    }

    /** The most that a clock may say has passed since a moment of the monotonic clock. */
    long elapsedAtMost(long since) {
        return monotonic() - since + jumpedForward;
    }

    /** Sets the wall clock. */
    void jump() {
        if (jumps) {
            long millis = random.nextInt(60_000) - 20_000;
            jumpedForward += Math.max(0, millis);
            note("-- wall clock", millis);
            broker.jumpWallClock(Duration.ofMillis(millis));
        }
    }

    // --- trouble --------------------------------------------------------------------------------

    /** Whether the broker may refuse what clients ask, because of its disk. */
    public boolean hasTrouble() {
        return trouble;
    }

    /** Lets the disk fail in some way. */
    public void trouble() {
        trouble = true;
        int kind = random.nextInt(5);
        note("-- disk trouble", kind);
        switch (kind) {
            case 0 -> disk.failWrites(1 + random.nextInt(3));
            case 1 -> disk.failWrites(true);
            case 2 -> disk.failReads(true);
            case 3 -> disk.free(random.nextInt(2_000));
            default -> disk.free(SimulatedBroker.MINIMUM_FREE_SPACE - 1);
        }
    }

    /** The disk works again. */
    public void repair() {
        note("-- disk", "repaired");
        disk.failWrites(0);
        disk.failWrites(false);
        disk.failReads(false);
        disk.size(Long.MAX_VALUE);
    }

    /** What the trouble has caused is over as well. */
    public void recovered() {
        trouble = false;
    }

    /** The process, or with it the machine, ends; clients are not told. */
    public void crash() {
        crashes++;
        broker.crash();
        boolean machine = durability == Durability.POWER && random.nextBoolean();
        note("-- crash", machine ? "of the machine" : "of the process");
        if (machine) {
            disk.losePower();
        } else {
            disk.crash();
        }
    }

    /** The broker starts again, and has done nothing yet. */
    public void launch() {
        note("-- launch", "");
        broker.launch();
        startedAt = monotonic();
    }

    public int crashes() {
        return crashes;
    }

    // --- the same seed, the same run ------------------------------------------------------------

    /** Something has happened to the broker, or to one of its clients. */
    public void note(String whom, Object what) {
        if (story.size() == LINES_KEPT) {
            story.removeFirst();
        }
        story.addLast(new Line(promises.now(), monotonic(), whom, what));
        if (what instanceof Packet packet) {
            seen = seen * 31 + whom.hashCode();
            seen = seen * 31 + packet.type().ordinal();
        }
    }

    /** The last that has happened. */
    public String story() {
        return story.stream().map(Line::toString).collect(Collectors.joining("\n"));
    }

    /** A line of the story, written out only when a failure shows it. */
    private record Line(long clock, long millis, String whom, Object what) {
        @Override
        public String toString() {
            String text =
                    what instanceof Publish publish
                            ? Packets.text(publish).replaceAll("x{9,}", "x...") + " " + publish
                            : what.toString();
            return clock + " " + millis + " ms " + whom + " " + text;
        }
    }

    /** A number for all that clients have got and all that was written. */
    public long digest() {
        return seen * 31 + disk.writes();
    }
}
