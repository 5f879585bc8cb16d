package io.godwit.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the whole table of wire cases through decoder and encoder. */
class WireCaseTest {

    static List<WireCase> all() {
        return WireCases.all();
    }

    static List<WireCase> packets() {
        return all().stream().filter(wireCase -> wireCase.packet() != null).toList();
    }

    static List<WireCase> canonical() {
        return all().stream().filter(WireCase::canonical).toList();
    }

    @ParameterizedTest
    @MethodSource("all")
    void decodesAndEncodes(WireCase wireCase) throws PacketException {
        wireCase.verify();
    }

    @ParameterizedTest
    @MethodSource("packets")
    void decodesInTheMiddleOfADirectBuffer(WireCase wireCase) throws PacketException {
        byte[] bytes = wireCase.bytes();
        ByteBuffer in = ByteBuffer.allocateDirect(bytes.length + 10);
        in.position(3).put(bytes).putInt(0xFFFF_FFFF).flip().position(3);
        assertThat(PacketDecoder.packetSize(in)).isEqualTo(bytes.length);
        assertThat(wireCase.decoder().decode(in)).isEqualTo(wireCase.packet());
        assertThat(in.position()).isEqualTo(3 + bytes.length);
    }

    /** Neither a packet nor a refusal changes when the bytes come one by one. */
    @ParameterizedTest
    @MethodSource("all")
    void decodesByteByByte(WireCase wireCase) throws PacketException {
        PacketDecoder decoder = wireCase.decoder();
        byte[] bytes = wireCase.bytes();
        Packet packet = null;
        PacketException refusal = null;
        int arrived = 0;
        while (arrived < bytes.length && packet == null && refusal == null) {
            arrived++;
            ByteBuffer in = ByteBuffer.wrap(bytes, 0, arrived);
            try {
                packet = decoder.decode(in);
            } catch (PacketException e) {
                refusal = e;
            }
            if (packet == null && refusal == null) {
                assertThat(in.position()).isZero();
                assertThat(decoder.neededSize(in)).isIn(-1, bytes.length);
            }
        }
        verifyOutcome(wireCase, packet, refusal);
        if (packet != null) {
            assertThat(arrived).isEqualTo(bytes.length);
        }
    }

    private static void verifyOutcome(
            WireCase wireCase, @Nullable Packet packet, @Nullable PacketException refusal) {
        assertThat(packet).as("%s", wireCase).isEqualTo(wireCase.packet());
        if (packet == null) {
            wireCase.verifyRefusal(refusal);
        }
    }

    /** A body that lacks bytes is refused, or is another packet; it is never read past its end. */
    @ParameterizedTest
    @MethodSource("canonical")
    void bodyThatEndsTooSoonIsNotTheSamePacket(WireCase wireCase) throws PacketException {
        byte[] bytes = wireCase.bytes();
        int bodyLength = bytes[1] < 0 ? 0 : bytes[1];
        for (int cut = 0; cut < bodyLength; cut++) {
            byte[] shorter = Arrays.copyOf(bytes, 2 + cut);
            shorter[1] = (byte) cut;
            Packet packet = null;
            try {
                packet = wireCase.decoder().decode(ByteBuffer.wrap(shorter));
            } catch (PacketException e) {
                assertThat(e.getMessage())
                        .contains(Objects.requireNonNull(wireCase.packet()).type().toString());
            }
            assertThat(packet).isNotEqualTo(wireCase.packet());
        }
    }
}
