package io.godwit.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The table of wire cases: what decoder, encoder and fuzz tests share. */
abstract class WireCases {

    static final Set<ProtocolVersion> V3_1 = EnumSet.of(ProtocolVersion.V3_1);
    static final Set<ProtocolVersion> V3_1_1 = EnumSet.of(ProtocolVersion.V3_1_1);
    static final Set<ProtocolVersion> V3 = EnumSet.of(ProtocolVersion.V3_1, ProtocolVersion.V3_1_1);
    static final Set<ProtocolVersion> V5 = EnumSet.of(ProtocolVersion.V5);
    static final Set<ProtocolVersion> STRICT =
            EnumSet.of(ProtocolVersion.V3_1_1, ProtocolVersion.V5);
    static final Set<ProtocolVersion> ALL = EnumSet.allOf(ProtocolVersion.class);

    private static final List<WireCase> TABLE = table();

    private final List<WireCase> cases = new ArrayList<>();
    private String group = "";
    private boolean fromClient = true;

    private static List<WireCase> table() {
        List<WireCase> table = new ArrayList<>();
        for (WireCases part :
                List.of(
                        new HeaderCases(),
                        new ConnectCases(),
                        new ConnectPayloadCases(),
                        new PublishCases(),
                        new AcknowledgementCases(),
                        new SubscriptionCases(),
                        new ConnectionCases(),
                        new PropertyCases())) {
            part.fill();
            table.addAll(part.cases);
        }
        return List.copyOf(table);
    }

    /** All cases. */
    static List<WireCase> all() {
        return TABLE;
    }

    /** Decodes every case of a group and checks what becomes of it. */
    static void verify(String group) throws PacketException {
        List<WireCase> matching =
                TABLE.stream().filter(wireCase -> wireCase.group().equals(group)).toList();
        assertThat(matching).as("the group '%s'", group).isNotEmpty();
        for (WireCase wireCase : matching) {
            wireCase.verify();
        }
    }

    /** Adds the cases of this part of the table. */
    abstract void fill();

    /** Starts a group of packets that a client sends. */
    final void fromClient(String name) {
        group = name;
        fromClient = true;
    }

    /** Starts a group of packets that a server sends. */
    final void fromServer(String name) {
        group = name;
        fromClient = false;
    }

    /** Bytes that stand for a packet, and the packet that is encoded so. */
    final void same(Set<ProtocolVersion> versions, String bytes, Packet packet) {
        versions.forEach(version -> add(version, bytes, packet, true));
    }

    /** Bytes that are taken for a packet, which the encoder writes in another way. */
    final void taken(Set<ProtocolVersion> versions, String bytes, Packet packet) {
        versions.forEach(version -> add(version, bytes, packet, false));
    }

    /** Bytes that are a Malformed Packet. */
    final void malformed(Set<ProtocolVersion> versions, String bytes, String message) {
        refused(versions, bytes, ReasonCode.MALFORMED_PACKET, message);
    }

    /** Bytes that are a Protocol Error. */
    final void refused(
            Set<ProtocolVersion> versions, String bytes, ReasonCode refusal, String message) {
        versions.forEach(version -> add(version, bytes, refusal, message));
    }

    /** A first packet, as {@link #same}. */
    final void connect(String bytes, Packet packet) {
        add(null, bytes, packet, true);
    }

    /** A first packet, as {@link #taken}. */
    final void takenConnect(String bytes, Packet packet) {
        add(null, bytes, packet, false);
    }

    /** A first packet that is a Malformed Packet. */
    final void malformedConnect(String bytes, String message) {
        add(null, bytes, ReasonCode.MALFORMED_PACKET, message);
    }

    /** A first packet that is a Protocol Error. */
    final void refusedConnect(String bytes, ReasonCode refusal, String message) {
        add(null, bytes, refusal, message);
    }

    private void add(
            @Nullable ProtocolVersion version, String bytes, Packet packet, boolean canonical) {
        byte[] parsed = WireBytes.parse(bytes);
        cases.add(new WireCase(group, fromClient, version, parsed, packet, canonical, null, ""));
    }

    private void add(
            @Nullable ProtocolVersion version, String bytes, ReasonCode refusal, String message) {
        byte[] parsed = WireBytes.parse(bytes);
        cases.add(new WireCase(group, fromClient, version, parsed, null, false, refusal, message));
    }

    static TopicName topic(String text) {
        try {
            return TopicName.of(text);
        } catch (PacketException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static TopicFilter filter(String text) {
        try {
            return TopicFilter.of(text);
        } catch (PacketException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
