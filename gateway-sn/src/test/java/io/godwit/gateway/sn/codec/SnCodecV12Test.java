package io.godwit.gateway.sn.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.codec.Binary;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SnCodecV12Test {

    private static final SnCodec CODEC = SnCodecV12.INSTANCE;

    static List<SnCases.Case> cases() {
        return SnCases.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void decodes(SnCases.Case datagram) throws MalformedDatagram {
        assertThat(CODEC.decode(ByteBuffer.wrap(datagram.bytes())))
                .isEqualTo(new SnCodec.Frame(datagram.node(), datagram.message()));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void encodes(SnCases.Case datagram) {
        assertThat(CODEC.encode(datagram.node(), datagram.message())).isEqualTo(datagram.bytes());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void refusesEachWithAByteMissingOrTooMany(SnCases.Case datagram) {
        OtherLengths.expectRefused(CODEC, datagram.bytes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0016", // length 0
                "0116", // half a long header
                "010016",
                "0203", // types that there are not
                "0211",
                "0219",
                "021e",
                "02ff",
                "070c0300050000", // the reserved type of topic
                "061260000961", // QoS -1 in SUBSCRIBE
                "0612010009ff", // a predefined identifier in one octet
                "0812010009ffffff", // and in three
                "04076077", // a will at QoS -1
                "0704040100 3cff", // a client identifier that is not UTF-8
                "070404010 03c00", // U+0000 in it
                "0304ff", // CONNECT without its fields
                "03fe00", // forwarders without a node, or without a message
                "03fe000216",
                "05fe000a0b",
                "05fe000a0b02",
                "05fe000a0b05fe000c0d0216" // a forwarder behind a forwarder
            })
    void refuses(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        assertThatThrownBy(() -> CODEC.decode(ByteBuffer.wrap(bytes)))
                .isInstanceOf(MalformedDatagram.class);
    }

    @Test
    void theLongFormMayBeShort() throws MalformedDatagram {
        byte[] bytes = HexFormat.of().parseHex("01000417");
        assertThat(CODEC.decode(ByteBuffer.wrap(bytes)).message())
                .isEqualTo(new SnMessage.PingResponse());
    }

    @ParameterizedTest
    @ValueSource(ints = {248, 249, 250, 251, 252, 1_000, 65_526})
    void longMessagesHaveTheLongForm(int size) throws MalformedDatagram {
        SnMessage message =
                new SnMessage.Publish(
                        false, 1, false, new SnTopic.Normal(1), 1, new Binary(new byte[size]));
        byte[] bytes = CODEC.encode(null, message);
        assertThat(bytes).hasSize(size + (size <= 248 ? 7 : 9));
        assertThat(bytes[0]).isEqualTo((byte) (size <= 248 ? size + 7 : 1));
        assertThat(CODEC.decode(ByteBuffer.wrap(bytes)).message()).isEqualTo(message);
    }

    @Test
    void nothingIsLongerThanItsLengthCanSay() {
        SnMessage message = new SnMessage.WillMessage(new Binary(new byte[65_532]));
        assertThatThrownBy(() -> CODEC.encode(null, message))
                .isInstanceOf(IllegalArgumentException.class);
        Binary node = new Binary(new byte[253]);
        assertThatThrownBy(() -> CODEC.encode(node, new SnMessage.PingResponse()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void reservedReturnCodesCountAsNotSupported() throws MalformedDatagram {
        byte[] bytes = {3, 0x05, (byte) 0x80};
        assertThat(CODEC.decode(ByteBuffer.wrap(bytes)).message())
                .isEqualTo(new SnMessage.ConnAck(ReturnCode.NOT_SUPPORTED));
    }
}
