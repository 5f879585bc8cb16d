package io.godwit.gateway.sn.codec;

import static io.godwit.gateway.sn.codec.SnCasesV20.envelope;
import static io.godwit.gateway.sn.codec.SnCasesV20.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.codec.Binary;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SnCodecV20Test {

    private static final SnCodec CODEC = SnCodecV20.INSTANCE;

    static List<SnCasesV20.Case> cases() {
        return SnCasesV20.all();
    }

    private static SnMessage decoded(String hex) throws MalformedDatagram {
        return CODEC.decode(ByteBuffer.wrap(hex(hex).bytes())).message();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void decodes(SnCasesV20.Case datagram) throws MalformedDatagram {
        assertThat(CODEC.decode(ByteBuffer.wrap(datagram.bytes()))).isEqualTo(datagram.frame());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void encodes(SnCasesV20.Case datagram) {
        assertThat(CODEC.encode(datagram.frame())).isEqualTo(datagram.bytes());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void refusesEachWithAByteMissingOrTooMany(SnCasesV20.Case datagram) {
        OtherLengths.expectRefused(CODEC, datagram.bytes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00 0c 0009", // length 0
                "01 0c", // half a long header
                "02 00", // types that there are not
                "02 19",
                "02 fb",
                "02 fd",
                "0c 01 81 0009 02 003c 0000 6331", // flags that are reserved
                "0c 01 02 20 0009 02 003c 0000 63",
                "06 02 10 0009 00",
                "03 0e 08",
                "09 13 02 0009 00000e10",
                "05 14 02 0009",
                "08 10 02 0102 612f62",
                "07 11 08 0102 0007",
                "07 03 14 0005 6869",
                "06 12 51 0005 78",
                "06 0a 07 0009 61",
                "09 01 00 0009 02 003c 00", // CONNECT that ends too early
                "10 01 02 0d 0009 02 003c 0000 0007 0000 63", // a will at QoS 3
                "10 01 02 02 0009 02 003c 0000 0007 0000 63", // on a topic of the reserved type
                "10 01 02 03 0009 02 003c 0000 0000 0000 63", // without a name
                "10 01 02 03 0009 02 003c 0000 0009 0000 63", // with one that is longer than all
                "0f 01 04 0009 02 003c 0000 00 0001 75 63", // an authentication without a method
                "0f 01 04 0009 02 003c 0000 01 ff 0001 75", // with one that is not UTF-8
                "0c 01 01 0009 02 003c 0000 63ff", // a client identifier that is not UTF-8
                "0c 01 01 0009 02 003c 0000 6300", // U+0000 in it
                "06 0f 0009 82 00", // AUTH without a method
                "09 13 00 0009 00000000", // a sleep of no time
                "05 0e 01 0000", // an identifier that is said to be there
                "05 10 00 0102", // REGISTER without a name
                "0a 10 01 0102 0000 612f62", // an alias of 0
                "07 11 04 0102 0000",
                "07 11 07 0102 0007", // REGACK with an alias that is a name
                "07 09 06 0009 0005",
                "07 03 80 0005 6869", // DUP at QoS 0
                "07 03 a1 0009 0005", // and at QoS 1
                "07 03 61 0009 0005", // QoS 3
                "07 03 12 0005 6869", // a topic of the reserved type
                "07 03 03 0005 6869", // a name that is longer than all
                "05 03 03 0000", // and one that is none
                "06 12 00 0005 78", // PUBWOS with the alias of a session
                "08 08 63 0009 612f23", // SUBSCRIBE at QoS 3
                "08 08 2f 0009 612f23", // with a Retain Handling of 3
                "05 08 23 0009", // to nothing
                "08 08 21 0009 000501", // to an alias of three octets
                "03 15 00", // WAKEUP with something
                "07 fc 00 04 0c 0009", // a forwarder without a node
                "05 fc 02 6e31", // and without a packet
                "0d fc 01 6e 09 fc 02 6e31 04 0c 0009", // behind another one
                "08 fe 0000 04 0c 0009", // a client elsewhere, that has no identifier
                "0a fe 0002 6331 04 0d 0009", // and says what it must not
                "0b fe 0001 63 06 12 01 0005 78",
                "0f fe 0001 63 0a fe 0002 6331 04 0c 0009",
                "15 ff 10 05 0102030405060708 0a0b0c0d 04 0c 0009 aa", // no such scheme
                "15 ff 00 00 0102030405060708 0a0b0c0d 04 0c 0009 aa", // nor such a tag
                "19 ff 80 46 0102030405060708 0a0b0c0d 04 0c 0009 aaaaaaaaaa",
                "15 ff 13 00 0102030405060708 0a0b0c0d 04 0c 0009 aa", // nor such a counter
                "19 ff 40 00 0102030405060708 0a0b0c0d 01 aaaaaaaaaaaaaaaa" // nothing protected
            })
    void refuses(String hex) {
        assertThat(hex(hex).bytes()).isNotEmpty();
        assertThatThrownBy(() -> decoded(hex)).isInstanceOf(MalformedDatagram.class);
    }

    @Test
    void theLongFormMayBeShort() throws MalformedDatagram {
        assertThat(decoded("01 0006 0c 0009")).isEqualTo(new SnMessage.PingRequest(9, null));
    }

    @Test
    void aProtectedPacketKeepsTheFormOfItsLength() throws MalformedDatagram {
        String hex = "01 0026 ff 80 00 0102030405060708 0a0b0c0d 04 0c 0009" + "aa".repeat(16);
        SnMessage.Protected message = (SnMessage.Protected) decoded(hex);
        assertThat(message.envelope().longForm()).isTrue();
        assertThat(CODEC.encode(null, message)).isEqualTo(hex(hex).bytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {248, 249, 250, 1_000, 65_525})
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
    void dupIsForQos2Only() {
        byte[] once = CODEC.encode(null, publish(1, false));
        assertThat(CODEC.encode(null, publish(1, true))).isEqualTo(once);
        assertThat(CODEC.encode(null, publish(2, true)))
                .isNotEqualTo(CODEC.encode(null, publish(2, false)));
    }

    private static SnMessage publish(int qos, boolean dup) {
        return new SnMessage.Publish(
                dup, qos, false, new SnTopic.Normal(1), 1, new Binary(new byte[1]));
    }

    @Test
    void whatVersion20HasNotIsNotWritten() {
        for (SnMessage message :
                List.of(
                        new SnMessage.WillTopicRequest(),
                        new SnMessage.WillMessage(hex("00")),
                        new SnMessage.Subscribe(false, 0, new SnTopic.Short(1), 1),
                        new SnMessage.Publish(
                                false, -1, false, new SnTopic.Normal(1), 0, hex("00")),
                        new SnMessage.Register(70_000, 1, hex("61")),
                        new SnMessage.Protected(
                                envelope(SnScheme.AES_GCM_128, 8, "", 0, 0),
                                hex("00"),
                                hex("0000000000000000")))) {
            assertThatThrownBy(() -> CODEC.encode(null, message))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void reservedReasonCodesAreTakenByTheirKind() throws MalformedDatagram {
        assertThat(decoded("05 04 0009 7f"))
                .isEqualTo(new SnMessage.PubAck(0, 9, ReturnCode.ACCEPTED));
        assertThat(decoded("05 04 0009 fb"))
                .isEqualTo(new SnMessage.PubAck(0, 9, ReturnCode.UNSPECIFIED_ERROR));
    }

    @Test
    void passwordsAreNotInText() throws MalformedDatagram {
        SnMessage connect =
                decoded(
                        "1e 01 04 0009 02 003c 0000 0a 4d5154542d4241534943 0006 0001 75 0001 70"
                                + "63");
        assertThat(connect.toString()).contains("MQTT-BASIC").doesNotContain("00017");
        assertThat(((SnMessage.Connect) connect).options().authentication())
                .isEqualTo(new SnAuthentication(SnAuthentication.BASIC, hex("0001 75 0001 70")))
                .isNotEqualTo(new SnAuthentication(SnAuthentication.BASIC, hex("0001 75 0001 71")));
    }
}
