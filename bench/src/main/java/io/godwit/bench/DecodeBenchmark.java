package io.godwit.bench;

import io.godwit.codec.Connect;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketDecoder;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.PacketException;
import io.godwit.codec.Properties;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.Publish;
import io.godwit.codec.TopicCache;
import io.godwit.codec.TopicName;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

/** What it costs to decode one packet. A PUBLISH has a known topic and 64 bytes of payload. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 1,
        jvmArgs = {"-Xms256m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders"})
@State(Scope.Thread)
public class DecodeBenchmark {

    @Param({"V3_1_1", "V5"})
    ProtocolVersion version = ProtocolVersion.V5;

    private PacketDecoder decoder = PacketDecoder.forServer(1 << 20, new TopicCache(1024));
    private ByteBuffer publishQos0 = ByteBuffer.allocate(0);
    private ByteBuffer publishQos1 = ByteBuffer.allocate(0);
    private ByteBuffer pubAck = ByteBuffer.allocate(0);

    /** Encodes the packets and tells the decoder the version. */
    @Setup
    public void encode() throws PacketException {
        decoder = PacketDecoder.forServer(1 << 20, new TopicCache(1024));
        decoder.decode(
                encoded(
                        new Connect(
                                version, "client", true, 0, null, null, null, Properties.NONE)));
        publishQos0 = encoded(publish(0));
        publishQos1 = encoded(publish(1));
        pubAck = encoded(new PubAck(1));
    }

    private static Publish publish(int qos) throws PacketException {
        TopicName topic = TopicName.of("site1/line23/m456/temperature");
        return new Publish(false, qos, false, topic, qos, Properties.NONE, new byte[64]);
    }

    private ByteBuffer encoded(Packet packet) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(PacketEncoder.encodedSize(packet, version));
        PacketEncoder.encode(packet, version, bytes);
        return bytes.flip();
    }

    /** PUBLISH at QoS 0. */
    @Benchmark
    public @Nullable Packet publishQos0() throws PacketException {
        return decoder.decode(publishQos0.rewind());
    }

    /** PUBLISH at QoS 1. */
    @Benchmark
    public @Nullable Packet publishQos1() throws PacketException {
        return decoder.decode(publishQos1.rewind());
    }

    /** PUBACK. */
    @Benchmark
    public @Nullable Packet pubAck() throws PacketException {
        return decoder.decode(pubAck.rewind());
    }
}
