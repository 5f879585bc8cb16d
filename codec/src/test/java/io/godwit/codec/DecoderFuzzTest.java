package io.godwit.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever bytes come, the decoder gives packets that the encoder can write again, or refuses them
 * with a {@link PacketException}. The wire cases are the seeds; with {@code JAZZER_FUZZ=1} Jazzer
 * goes on from them.
 */
class DecoderFuzzTest {

    private static final int MAXIMUM_PACKET_SIZE = 1 << 16;

    static Stream<Arguments> fromClients() {
        return seeds(true);
    }

    static Stream<Arguments> fromServers() {
        return seeds(false);
    }

    private static Stream<Arguments> seeds(boolean fromClient) {
        return WireCases.all().stream()
                .filter(wireCase -> wireCase.fromClient() == fromClient)
                .map(DecoderFuzzTest::seed);
    }

    /** The first byte stands for the version; 0 is a connection without CONNECT. */
    private static Arguments seed(WireCase wireCase) {
        byte[] seed = new byte[wireCase.bytes().length + 1];
        ProtocolVersion version = wireCase.version();
        seed[0] = (byte) (version == null ? 0 : 1 + version.ordinal());
        System.arraycopy(wireCase.bytes(), 0, seed, 1, wireCase.bytes().length);
        return Arguments.of((Object) seed);
    }

    @MethodSource("fromClients")
    @FuzzTest(maxDuration = "30s")
    void serverTakesOrRefuses(byte[] input) throws PacketException {
        if (input.length == 0) {
            return;
        }
        TopicCache topics = new TopicCache(4);
        int version = (input[0] & 0xFF) % 4;
        PacketDecoder decoder =
                version == 0
                        ? PacketDecoder.forServer(MAXIMUM_PACKET_SIZE, topics)
                        : WireCase.connected(ProtocolVersion.values()[version - 1], topics);
        takeOrRefuse(decoder, input, true);
    }

    @MethodSource("fromServers")
    @FuzzTest(maxDuration = "30s")
    void clientTakesOrRefuses(byte[] input) {
        if (input.length == 0) {
            return;
        }
        ProtocolVersion version = ProtocolVersion.values()[(input[0] & 0xFF) % 3];
        TopicCache topics = new TopicCache(4);
        PacketDecoder decoder = PacketDecoder.forClient(version, MAXIMUM_PACKET_SIZE, topics);
        takeOrRefuse(decoder, input, false);
    }

    private static void takeOrRefuse(PacketDecoder decoder, byte[] input, boolean fromClient) {
        ByteBuffer in = ByteBuffer.wrap(input, 1, input.length - 1);
        try {
            Packet packet = decoder.decode(in);
            while (packet != null) {
                ProtocolVersion version = decoder.version();
                assertThat(version).isNotNull();
                writtenAgainItIsTheSame(packet, decoder, fromClient);
                packet = decoder.decode(in);
            }
        } catch (PacketException e) {
            assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(500);
            assertThat(e.reasonCode().isError()).isTrue();
        }
    }

    private static void writtenAgainItIsTheSame(
            Packet packet, PacketDecoder decoder, boolean fromClient) throws PacketException {
        ProtocolVersion version = decoder.replyVersion();
        boolean empty =
                packet instanceof SubAck subAck && subAck.reasonCodes().isEmpty()
                        || version.isV5()
                                && packet instanceof UnsubAck unsubAck
                                && unsubAck.reasonCodes().isEmpty();
        if (empty) {
            return; // nothing asks a client to refuse an empty list, though nobody may send it
        }
        ByteBuffer bytes = ByteBuffer.allocate(PacketEncoder.encodedSize(packet, version));
        PacketEncoder.encode(packet, version, bytes);
        TopicCache topics = new TopicCache(1);
        PacketDecoder fresh =
                !fromClient
                        ? PacketDecoder.forClient(version, Long.MAX_VALUE, topics)
                        : packet instanceof Connect
                                ? PacketDecoder.forServer(Long.MAX_VALUE, topics)
                                : WireCase.connected(version, topics);
        assertThat(fresh.decode(bytes.flip())).isEqualTo(packet);
    }
}
