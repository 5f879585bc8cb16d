package io.godwit.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is encoded is decoded as the same packet, however the bytes are cut. */
class RoundTripTest {

    private static final int PACKETS = 300;

    record Run(long seed, ProtocolVersion version, boolean fromClient) {}

    static List<Run> runs() {
        List<Run> runs = new ArrayList<>();
        for (long seed : new long[] {1, 2, 3, 5, 8, 13, 21, 34}) {
            for (ProtocolVersion version : ProtocolVersion.values()) {
                runs.add(new Run(seed, version, true));
                runs.add(new Run(seed, version, false));
            }
        }
        return runs;
    }

    private static List<Packet> packets(Run run) {
        RandomPackets random = new RandomPackets(run.seed, run.version, run.fromClient);
        List<Packet> packets = new ArrayList<>();
        if (run.fromClient) {
            packets.add(random.connect());
        }
        for (int i = 0; i < PACKETS; i++) {
            packets.add(random.next());
        }
        return packets;
    }

    private static PacketDecoder decoder(Run run) {
        TopicCache topics = new TopicCache(4);
        return run.fromClient
                ? PacketDecoder.forServer(1_000_000, topics)
                : PacketDecoder.forClient(run.version, 1_000_000, topics);
    }

    @ParameterizedTest
    @MethodSource("runs")
    void decodesWhatWasEncoded(Run run) throws PacketException {
        PacketDecoder decoder = decoder(run);
        Set<PacketType> types = EnumSet.noneOf(PacketType.class);
        for (Packet packet : packets(run)) {
            int size = PacketEncoder.encodedSize(packet, run.version);
            ByteBuffer buffer = ByteBuffer.allocateDirect(size);
            PacketEncoder.encode(packet, run.version, buffer);
            assertThat(buffer.hasRemaining()).as("%s has %d bytes", packet, size).isFalse();
            assertThat(decoder.decode(buffer.flip())).isEqualTo(packet);
            assertThat(buffer.hasRemaining()).isFalse();
            types.add(packet.type());
        }
        assertThat(types).hasSizeGreaterThanOrEqualTo(run.version.isV5() ? 10 : 8);
    }

    /** A stream that arrives in pieces of random size gives the same packets. */
    @ParameterizedTest
    @MethodSource("runs")
    void decodesAStreamCutAnywhere(Run run) throws PacketException {
        List<Packet> packets = packets(run);
        int size =
                packets.stream()
                        .mapToInt(packet -> PacketEncoder.encodedSize(packet, run.version))
                        .sum();
        ByteBuffer stream = ByteBuffer.allocate(size);
        packets.forEach(packet -> PacketEncoder.encode(packet, run.version, stream));
        stream.flip();
        PacketDecoder decoder = decoder(run);
        Random cuts = new Random(run.seed);
        List<Packet> decoded = new ArrayList<>();
        stream.limit(0);
        while (stream.limit() < size) {
            stream.limit(Math.min(size, stream.limit() + 1 + cuts.nextInt(50)));
            Packet packet = decoder.decode(stream);
            while (packet != null) {
                decoded.add(packet);
                packet = decoder.decode(stream);
            }
        }
        assertThat(decoded).isEqualTo(packets);
    }
}
