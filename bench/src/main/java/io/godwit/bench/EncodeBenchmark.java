package io.godwit.bench;

import io.godwit.codec.PacketEncoder;
import io.godwit.codec.PacketException;
import io.godwit.codec.Properties;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.PublishTemplate;
import io.godwit.codec.PublishWriter;
import io.godwit.codec.TopicName;
import java.nio.ByteBuffer;
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
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to encode one packet. A PUBLISH is at QoS 1 and has 64 bytes of payload. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 1,
        jvmArgs = {"-Xms256m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders"})
@State(Scope.Thread)
public class EncodeBenchmark {

    @Param({"V3_1_1", "V5"})
    ProtocolVersion version = ProtocolVersion.V5;

    private final ByteBuffer out = ByteBuffer.allocateDirect(512);
    private final PublishWriter writer = new PublishWriter();
    private final byte[] payload = new byte[64];
    private final byte[] properties = PublishWriter.encodeProperties(Properties.NONE);
    private TopicName topic = TopicName.EMPTY;
    private PublishTemplate template =
            PublishTemplate.of(version, topic, true, Properties.NONE, payload);
    private int packetId;

    /** Makes the template for the version. */
    @Setup
    public void prepare() throws PacketException {
        topic = TopicName.of("site1/line23/m456/temperature");
        template = PublishTemplate.of(version, topic, true, Properties.NONE, payload);
    }

    private int nextPacketId() {
        packetId = packetId % 65_535 + 1;
        return packetId;
    }

    /** PUBLISH from a template, as to each of several subscribers. */
    @Benchmark
    public ByteBuffer publishTemplate() {
        template.write(out.clear(), 1, false, false, nextPacketId());
        return out;
    }

    /** PUBLISH field by field, as to a single subscriber. */
    @Benchmark
    public ByteBuffer publishWriter() {
        writer.message(version, topic, properties, payload)
                .delivery(1, false, false, nextPacketId())
                .write(out.clear());
        return out;
    }

    /** PUBACK. */
    @Benchmark
    public ByteBuffer pubAck() {
        PacketEncoder.encode(new PubAck(nextPacketId()), version, out.clear());
        return out;
    }
}
