package io.godwit.broker.limits;

import java.time.Duration;

/**
 * Every limit of the broker; each has a named outcome, so that nothing grows without bound and
 * nobody has to guess. Configured under {@code limits}, some of them otherwise for a listener
 * ({@link ListenerLimits}); immutable and safe for every thread.
 *
 * @param connections Network Connections at a time, 1 to 10,000,000, default 20,000. One more:
 *     CONNECT is answered 0x97 (quota exceeded), 0x03 in version 3, and the connection is closed
 * @param packetSize bytes of one packet, header included, 64 to 268,435,460 (what the protocol can
 *     express), default 2,000,000; announced to version 5 clients as Maximum Packet Size
 *     (§3.2.2.3.6). A larger packet is refused from its header: DISCONNECT 0x95 (packet too large),
 *     version 3 is closed
 * @param connectSize bytes of one packet, header included, before its client has authenticated: of
 *     CONNECT, its will included, and of the AUTH packets until CONNACK, 64 to 268,435,460, default
 *     256,000; more than {@code packetSize} counts as that. A larger packet is refused from its
 *     header: CONNACK 0x95 (packet too large), version 3 is closed
 * @param connectRate CONNECT packets accepted per second by the whole broker, 0 (unlimited) to
 *     1,000,000, default 5,000. A burst of up to {@code connections} is admitted at once, so that
 *     all clients of a full broker may return together, and a fleet that fills the default {@code
 *     connections} is back 4 seconds after a spent burst; beyond it CONNECT is answered 0x9F
 *     (connection rate exceeded), 0x03 in version 3, and the connection is closed
 * @param connectTimeout from the opened connection to the whole CONNECT packet, 1 ms to 1 hour,
 *     default 10 s. After it the connection is closed
 * @param topicLevels levels of a Topic Name or Topic Filter, 1 to 65,536, default 128. More: a
 *     PUBLISH is answered 0x90 (topic name invalid), at QoS 0 with DISCONNECT, and version 3 is
 *     closed; a filter is answered 0x8F (topic filter invalid) in SUBACK, 0x80 in version 3.1.1,
 *     and version 3.1 is closed
 * @param topicLength bytes of a Topic Name or Topic Filter, 1 to 65,535, default 4,096: the
 *     protocol's own 65,535 would let one client with the default number of subscriptions hold 650
 *     MB of filters. Longer: as with {@code topicLevels}
 * @param memory bytes of messages held for sessions by the whole broker, in queues and waiting for
 *     sockets, 1 KB to 10^15, default half of the heap; a message that several sessions share
 *     counts once, and each place that it takes in a queue counts with what it costs. At the limit
 *     every queue counts as full: {@code queueFull} decides, and QoS 0 is dropped. Packets that
 *     have come in part are held apart, up to a quarter of this and at least four times {@code
 *     packetSize}: a client that goes beyond with more than 4 KB of one is closed, version 5 with
 *     0x97 (quota exceeded). A CONNECT counts with what it takes until it is decided: one of more
 *     than 4 KB that there is no room for is answered 0x97, 0x03 in version 3, and closed
 * @param queueFull what happens when a queue is full, default {@link QueueFull#REJECT_NEWEST}
 * @param topicAliasMaximum topic aliases that a version 5 client may set up on a connection, 0 to
 *     65,535, default 32; announced as Topic Alias Maximum (§3.2.2.3.8). A higher one: DISCONNECT
 *     0x94 (topic alias invalid)
 * @param topicAliasesAssigned topic aliases that the broker assigns at most on a connection, 0 to
 *     65,535, default 32; the client's Topic Alias Maximum caps it. Beyond it topics are sent in
 *     full
 * @param keepAliveMaximum seconds, 0 (every client's own counts) to 65,535, default 0. A version 5
 *     client that asks for more, or for none, is given this as Server Keep Alive (§3.2.2.3.14);
 *     older ones can't be told and keep theirs
 * @param maximumQos the QoS that clients may publish with, and are granted, 0 to 2, default 2;
 *     announced to version 5 clients as Maximum QoS (§3.2.2.3.4). A PUBLISH above it: DISCONNECT
 *     0x9B (QoS not supported); a will above it: CONNACK 0x9B; version 3 is closed
 * @param retainAvailable whether clients may publish retained messages, default true; announced to
 *     version 5 clients as Retain Available (§3.2.2.3.5). Otherwise such a PUBLISH: DISCONNECT 0x9A
 *     (retain not supported), such a will: CONNACK 0x9A; version 3 is closed
 * @param sysInterval from one publication of the {@code $SYS} topics to the next, 0 (none) to 1
 *     day, default 10 s
 * @param session the limits of each session
 * @param retained the limits of the retained messages
 */
public record Limits(
        int connections,
        int packetSize,
        int connectSize,
        int connectRate,
        Duration connectTimeout,
        int topicLevels,
        int topicLength,
        long memory,
        QueueFull queueFull,
        int topicAliasMaximum,
        int topicAliasesAssigned,
        int keepAliveMaximum,
        int maximumQos,
        boolean retainAvailable,
        Duration sysInterval,
        SessionLimits session,
        RetainedLimits retained) {

    /** As a session's {@code maximumExpiry}: it is kept until it is ended on purpose. */
    public static final long NEVER = 0xFFFF_FFFFL;

    /** The most that a limit in bytes can be. */
    static final long MOST_BYTES = 1_000_000_000_000_000L;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if one is outside its range
     */
    public Limits {
        check("connections", connections, 1, 10_000_000);
        check("packetSize", packetSize, 64, 268_435_460);
        check("connectSize", connectSize, 64, 268_435_460);
        check("connectRate", connectRate, 0, 1_000_000);
        check("connectTimeout in ms", connectTimeout.toMillis(), 1, 3_600_000);
        check("topicLevels", topicLevels, 1, 65_536);
        check("topicLength", topicLength, 1, 65_535);
        check("memory", memory, 1_000, MOST_BYTES);
        check("topicAliasMaximum", topicAliasMaximum, 0, 65_535);
        check("topicAliasesAssigned", topicAliasesAssigned, 0, 65_535);
        check("keepAliveMaximum", keepAliveMaximum, 0, 65_535);
        check("maximumQos", maximumQos, 0, 2);
        check("sysInterval in ms", sysInterval.toMillis(), 0, 86_400_000);
    }

    /** What counts as {@code connectSize}. */
    public int connectPacketSize() {
        return Math.min(connectSize, packetSize);
    }

    /** The defaults, with this process's heap as the measure of {@code memory}. */
    public static Limits defaults() {
        return defaults(Runtime.getRuntime().maxMemory());
    }

    /** The defaults for a heap of so many bytes. */
    public static Limits defaults(long heap) {
        return new Limits(
                20_000,
                2_000_000,
                256_000,
                5_000,
                Duration.ofSeconds(10),
                128,
                4_096,
                Math.max(1_000_000, heap / 2),
                QueueFull.REJECT_NEWEST,
                32,
                32,
                0,
                2,
                true,
                Duration.ofSeconds(10),
                new SessionLimits(100_000, 64_000_000, 20, 1_000, 10_000, 256_000, NEVER),
                new RetainedLimits(1_000_000, Math.min(1_000_000_000, heap / 8)));
    }

    /** A builder that starts from the defaults. */
    public static LimitsBuilder builder() {
        return new LimitsBuilder(defaults());
    }

    /** A builder that starts from these limits. */
    public LimitsBuilder toBuilder() {
        return new LimitsBuilder(this);
    }

    static void check(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + " is " + value + ", which is not within " + least + " to " + most);
        }
    }
}
