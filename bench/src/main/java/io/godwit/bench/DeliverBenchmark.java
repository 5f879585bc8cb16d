package io.godwit.bench;

import io.godwit.broker.Broker;
import io.godwit.broker.auth.AccessControl;
import io.godwit.broker.auth.AnonymousAuthenticator;
import io.godwit.broker.auth.OpenAuthorizer;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.retained.InMemoryRetainedStore;
import io.godwit.broker.session.InMemorySessionStore;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.Time;
import io.godwit.broker.spi.Receiver;
import io.godwit.codec.Connect;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.PacketException;
import io.godwit.codec.Properties;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.Publish;
import io.godwit.codec.RetainHandling;
import io.godwit.codec.Subscribe;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the core does for one message of 64 bytes in a turn of its own, from the bytes that were
 * read to those that are ready for the sockets: one shard, sessions that are not kept, wires that
 * discard. At QoS 1 with the PUBACK to the publisher and those of the subscribers.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 1,
        jvmArgs = {"-Xms256m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders"})
@State(Scope.Thread)
public class DeliverBenchmark {

    private static final ProtocolVersion VERSION = ProtocolVersion.V3_1_1;
    private static final String TOPIC = "site1/line23/m456/temperature";
    private static final int TURNS_PER_TICK = 1000;

    @Param({"1", "100"})
    int subscribers;

    @Param({"0", "1"})
    int qos;

    private final InlineLoop loop = new InlineLoop();
    private final Shard shard = new Shard(0, loop, Time.SYSTEM, new Random(1));
    private final List<DiscardingWire> receivers = new ArrayList<>();
    private DiscardingWire publisher = new DiscardingWire(loop);
    private ByteBuffer message = ByteBuffer.allocate(0);
    private long published;

    /** Connects all clients and subscribes all but one. */
    @Setup
    public void connect() throws PacketException {
        Limits limits = Limits.defaults();
        Broker broker =
                new Broker(
                        List.of(shard),
                        limits,
                        new InMemorySessionStore(),
                        new InMemoryRetainedStore(limits.retained()),
                        new AccessControl(new AnonymousAuthenticator(true), new OpenAuthorizer()),
                        "bench",
                        1);
        broker.recover(Duration.ZERO).thenRun(broker::start);
        loop.runAll();
        publisher = connected(broker, "publisher");
        SubscriptionRequest request =
                new SubscriptionRequest(
                        TopicFilter.of(TOPIC), qos, false, false, RetainHandling.SEND);
        for (int i = 0; i < subscribers; i++) {
            DiscardingWire receiver = connected(broker, "subscriber" + i);
            receiver.send(encoded(new Subscribe(1, List.of(request))));
            loop.runAll();
            receivers.add(receiver);
        }
        message =
                encoded(
                        new Publish(
                                false,
                                qos,
                                false,
                                TopicName.of(TOPIC),
                                qos,
                                Properties.NONE,
                                new byte[64]));
    }

    private DiscardingWire connected(Broker broker, String clientId) {
        DiscardingWire wire = new DiscardingWire(loop);
        wire.accepted(broker.accept(wire, shard, Receiver.Place.UNCOUNTED));
        wire.send(
                encoded(
                        new Connect(
                                VERSION, clientId, true, 0, null, null, null, Properties.NONE)));
        loop.runAll();
        return wire;
    }

    private static ByteBuffer encoded(Packet packet) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(PacketEncoder.encodedSize(packet, VERSION));
        PacketEncoder.encode(packet, VERSION, bytes);
        return bytes.flip();
    }

    /** One message to all subscribers. */
    @Benchmark
    public void deliver() {
        message.rewind();
        publisher.send(message);
        loop.runAll();
        published++;
        if (published % TURNS_PER_TICK == 0) {
            shard.tick();
            loop.runAll();
        }
    }

    /** Fails if a message did not reach everybody. */
    @TearDown
    public void check() {
        for (DiscardingWire receiver : receivers) {
            long delivered = receiver.packets() - 2; // CONNACK and SUBACK
            if (delivered != published) {
                throw new IllegalStateException(
                        "%d of %d messages were delivered".formatted(delivered, published));
            }
        }
    }
}
