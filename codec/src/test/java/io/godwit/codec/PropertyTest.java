package io.godwit.codec;

import static io.godwit.codec.WireCases.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.godwit.spec.Spec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Properties on the wire (§2.2.2): each one in each packet, in range and out of it. */
class PropertyTest {

    /**
     * One line for each property as table 2-4 has it: identifier, a value, and the packets that may
     * carry it, with WILL for Will Properties.
     */
    private static final String TABLE =
            """
            01 01                | PUBLISH WILL
            02 00000001          | PUBLISH WILL
            03 0001 'a'          | PUBLISH WILL
            08 0001 'a'          | PUBLISH WILL
            09 0001 'a'          | PUBLISH WILL
            0B 01                | PUBLISH SUBSCRIBE
            11 00000001          | CONNECT CONNACK DISCONNECT
            12 0001 'a'          | CONNACK
            13 0001              | CONNACK
            15 0001 'a'          | CONNECT CONNACK AUTH
            16 0001 'a'          | CONNECT CONNACK AUTH
            17 01                | CONNECT
            18 00000001          | WILL
            19 01                | CONNECT
            1A 0001 'a'          | CONNACK
            1C 0001 'a'          | CONNACK DISCONNECT
            1F 0001 'a'          | CONNACK PUBACK PUBREC PUBREL PUBCOMP SUBACK UNSUBACK DISCONNECT AUTH
            21 0001              | CONNECT CONNACK
            22 0001              | CONNECT CONNACK
            23 0001              | PUBLISH
            24 01                | CONNACK
            25 01                | CONNACK
            26 0001 'a' 0001 'b' | CONNECT CONNACK PUBLISH PUBACK PUBREC PUBREL PUBCOMP SUBSCRIBE SUBACK UNSUBSCRIBE UNSUBACK DISCONNECT AUTH WILL
            27 00000001          | CONNECT CONNACK
            28 01                | CONNACK
            29 01                | CONNACK
            2A 01                | CONNACK
            """;

    /** A packet that may have properties: P stands for them, their length included. */
    private static final List<Carrier> CARRIERS =
            List.of(
                    new Carrier("CONNECT", true, "10 L 00 04 'MQTT' 05 02 00 00 P 00 01 'a'"),
                    new Carrier(
                            "WILL",
                            true,
                            "10 L 00 04 'MQTT' 05 06 00 00 00 00 01 'a' P 00 01 'w' 00 00"),
                    new Carrier("CONNACK", false, "20 L 00 00 P"),
                    new Carrier("PUBLISH", false, "30 L 00 01 't' P"),
                    new Carrier("PUBACK", true, "40 L 00 01 00 P"),
                    new Carrier("PUBREC", true, "50 L 00 01 00 P"),
                    new Carrier("PUBREL", true, "62 L 00 01 00 P"),
                    new Carrier("PUBCOMP", true, "70 L 00 01 00 P"),
                    new Carrier("SUBSCRIBE", true, "82 L 00 01 P 00 01 'a' 00"),
                    new Carrier("SUBACK", false, "90 L 00 01 P 00"),
                    new Carrier("UNSUBSCRIBE", true, "A2 L 00 01 P 00 01 'a'"),
                    new Carrier("UNSUBACK", false, "B0 L 00 01 P 00"),
                    new Carrier("DISCONNECT", true, "E0 L 04 P"),
                    new Carrier("AUTH", true, "F0 L 18 P"));

    private record Carrier(String name, boolean fromClient, String bytes) {}

    private record Cell(Carrier carrier, String property, boolean allowed) {

        /** AUTH always needs a method; data needs it anywhere. */
        private String section(int times) {
            boolean isMethod = property.startsWith("15");
            boolean needsMethod =
                    !isMethod && (carrier.name.equals("AUTH") || property.startsWith("16"));
            String method = needsMethod && allowed ? " 15 00 01 'm'" : "";
            String section = (property + ' ').repeat(times) + method;
            return "%02X %s".formatted(WireBytes.parse(section).length, section);
        }

        private Packet decode(int times) throws PacketException {
            boolean first = carrier.bytes.startsWith("10");
            PacketDecoder decoder =
                    new WireCase(
                                    "matrix",
                                    carrier.fromClient,
                                    first ? null : ProtocolVersion.V5,
                                    new byte[0],
                                    null,
                                    false,
                                    null,
                                    "")
                            .decoder();
            byte[] bytes = WireBytes.parse(carrier.bytes.replace("P", section(times)));
            return Objects.requireNonNull(decoder.decode(ByteBuffer.wrap(bytes)));
        }
    }

    static List<Cell> matrix() {
        List<Cell> cells = new ArrayList<>();
        for (String line : TABLE.lines().toList()) {
            String[] columns = line.split("\\|");
            List<String> packets = List.of(columns[1].strip().split(" "));
            for (Carrier carrier : CARRIERS) {
                cells.add(new Cell(carrier, columns[0].strip(), packets.contains(carrier.name())));
            }
        }
        return cells;
    }

    @Test
    void tableNamesEveryProperty() {
        int known = 0;
        for (int identifier = 0; identifier < 64; identifier++) {
            known += Property.of(identifier) == null ? 0 : 1;
        }
        assertThat(TABLE.lines().count()).isEqualTo(known).isEqualTo(27);
    }

    @ParameterizedTest
    @MethodSource("matrix")
    void isTakenWhereItIsAllowedAndOnlyThere(Cell cell) throws PacketException {
        if (!cell.allowed) {
            assertThat(catchThrowableOfType(MalformedPacket.class, () -> cell.decode(1)))
                    .hasMessageContaining("may not have a");
            return;
        }
        Packet packet = cell.decode(1);
        int size = PacketEncoder.encodedSize(packet, ProtocolVersion.V5);
        ByteBuffer out = ByteBuffer.allocate(size);
        PacketEncoder.encode(packet, ProtocolVersion.V5, out);
        assertThat(out.array())
                .isEqualTo(WireBytes.parse(cell.carrier.bytes.replace("P", cell.section(1))));
    }

    @ParameterizedTest
    @MethodSource("matrix")
    void isTakenTwiceOnlyWhereItMayRepeat(Cell cell) throws PacketException {
        if (!cell.allowed) {
            return;
        }
        boolean mayRepeat =
                cell.property.startsWith("26")
                        || cell.property.startsWith("0B") && cell.carrier.name.equals("PUBLISH");
        if (mayRepeat) {
            assertThat(cell.decode(2)).isNotNull();
        } else {
            ProtocolError refusal = catchThrowableOfType(ProtocolError.class, () -> cell.decode(2));
            assertThat(refusal).hasMessageContaining("more than once");
            assertThat(refusal.reasonCode()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
        }
    }

    @Test
    void encoderRefusesWhatThePacketMayNotHave() {
        Properties alias = Properties.of(Property.TOPIC_ALIAS, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        PacketEncoder.encodedSize(
                                new PubAck(1, ReasonCode.SUCCESS, alias), ProtocolVersion.V5))
                .withMessage("PUBACK may not have a Topic Alias");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> PublishWriter.encodeProperties(alias.with(Property.TOPIC_ALIAS, 2)))
                .withMessage("the Topic Alias is there twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        PublishWriter.encodeProperties(
                                Properties.of(Property.SUBSCRIPTION_IDENTIFIER, 0)))
                .withMessage("the Subscription Identifier is 0");
    }

    /** Without properties a packet of version 5 has a zero where their length stands. */
    @Spec("v5 MQTT-2.2.2-1")
    @Test
    void noPropertiesAreAZero() throws PacketException {
        verify("CONNECT");
        verify("PUBLISH");
        verify("CONNACK");
        verify("SUBACK");
        verify("UNSUBSCRIBE");
    }

    @Test
    void sectionIsChecked() throws PacketException {
        verify("property length");
        verify("property identifiers");
        verify("property cut short by its section");
    }

    @Test
    void repeatedPropertyIsRefused() throws PacketException {
        verify("property that is there twice");
    }

    @Test
    void valueOutOfRangeIsRefused() throws PacketException {
        verify("property out of its range");
    }

    @Test
    void authenticationDataNeedsAMethod() throws PacketException {
        verify("Authentication Data without an Authentication Method");
        verify("Authentication Method and Data");
    }

    @Spec("v5 MQTT-1.5.7-1")
    @Test
    void bothHalvesOfAStringPairAreUtf8() throws PacketException {
        verify("string pair that is not well-formed");
        for (UserProperty pair :
                List.of(new UserProperty("\uD800", "v"), new UserProperty("k", "\0"))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            PublishWriter.encodeProperties(
                                    Properties.of(Property.USER_PROPERTY, pair)));
        }
    }
}
