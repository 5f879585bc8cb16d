package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.connect;
import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.subscribe;
import static io.godwit.broker.simulation.Packets.unsubscribe;
import static io.godwit.broker.simulation.Packets.will;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.auth.Authenticator;
import io.godwit.broker.auth.Authorizer;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.conformance.Setting.Each;
import io.godwit.broker.conformance.Setting.EachV5;
import io.godwit.broker.simulation.SimpleRules;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Auth;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.PingReq;
import io.godwit.codec.PingResp;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubRel;
import io.godwit.codec.ReasonCode;
import io.godwit.spec.Spec;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** DISCONNECT, AUTH, PINGREQ and what ends a connection (§3.12, §3.14, §3.15, §4.12, §4.13). */
class EndingTest {

    @Spec({"v5 MQTT-3.12.4-1", "v3 MQTT-3.12.4-1"})
    @Each
    void eachPingIsAnswered(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient client = setting.subscriber(broker, 0);
            client.send(new PingReq()).expect(new PingResp()).expectNothing();
            client.send(new PingReq(), new PingReq());
            client.expect(new PingResp()).expect(new PingResp()).expectNothing();
        }
    }

    /** Before CONNACK an error closes without DISCONNECT. */
    @Spec({"v5 MQTT-3.14.0-1", "v5 MQTT-4.13.1-1"})
    @Each
    void beforeConnAckNoDisconnectIsSent(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            List<String> first =
                    List.of("c0 00", "e0 00", "30 03 00 01 61", "82 06 00 01 00 01 61 00");
            for (String bytes : first) {
                broker.client(setting.version()).sendBytes(bytes).expectClosed();
            }
            TestClient silent = broker.client(setting.version());
            broker.advance(Duration.ofSeconds(11));
            silent.expectClosed();
        }
    }

    /** What follows the client's own DISCONNECT is not looked at. */
    @Spec({"v3 MQTT-3.14.4-3", "v5 MQTT-3.14.4-3"})
    @Each
    void nothingBehindDisconnectCountsAndTheWillIsDiscarded(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient watcher = setting.subscriber(broker, 1).subscribe(0, "#");
            TestClient client = setting.subscriber(broker, 0, c -> c.will(will("will", "gone", 0)));
            client.send(
                    publish("t", "before"),
                    new Disconnect(ReasonCode.SUCCESS),
                    publish("t", "after"));
            client.expectClosed();
            watcher.expectMessage("t", "before");
            watcher.expectNothing();
        }
    }

    /** A reconnect takes the will back also where it brings none of its own. */
    @Spec("v5 MQTT-3.1.3-9")
    @EachV5
    void willOfAnEarlierConnectionIsForgottenByTheNext(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient watcher = setting.subscriber(broker, 1).subscribe(0, "will");
            Properties later = Properties.of(Property.WILL_DELAY_INTERVAL, 60L);
            setting.subscriber(
                            broker,
                            0,
                            c -> c.resume(1_000).will(will("will", "gone", 0, false, later)))
                    .drop();
            broker.advance(Duration.ofSeconds(30));
            setting.subscriber(broker, 0, c -> c.resume(1_000)).drop();
            broker.advance(Duration.ofSeconds(100));
            watcher.expectNothing();
        }
    }

    /** DISCONNECT is the last packet that a client gets, and the connection ends with it. */
    @Spec({
        "v5 MQTT-3.14.4-1",
        "v5 MQTT-3.14.4-2",
        "v5 MQTT-4.13.2-1",
        "v5 MQTT-4.13.1-1",
        "v5 MQTT-3.14.2-2",
        "v3 MQTT-4.8.0-1"
    })
    @Each
    void errorIsAnsweredWithItsReasonAndEndsTheConnection(Setting setting) {
        Map<String, ReasonCode> errors =
                Map.of(
                        "c0 01 00", ReasonCode.MALFORMED_PACKET, // PINGREQ with a body
                        "f8 00", ReasonCode.MALFORMED_PACKET, // flags of AUTH
                        "20 02 00 00", ReasonCode.PROTOCOL_ERROR, // a server's packet
                        "30 05 00 01 2b 00 61", ReasonCode.TOPIC_NAME_INVALID,
                        "82 08 00 01 00 00 02 23 61 00", ReasonCode.TOPIC_FILTER_INVALID,
                        "30 ff ff ff 7f", ReasonCode.PACKET_TOO_LARGE);
        errors.forEach((bytes, reason) -> {
            try (SimulatedBroker broker = setting.broker()) {
                TestClient watcher = setting.subscriber(broker, 1).subscribe(0, "#");
                TestClient client =
                        setting.subscriber(broker, 0, c -> c.will(will("will", "gone", 0)));
                client.subscribe(0, "will");
                client.sendBytes(bytes + "c0 00");
                if (setting.isV5()) {
                    Disconnect disconnect = client.expect(Disconnect.class);
                    assertThat(disconnect.reasonCode()).as(bytes).isEqualTo(reason);
                    assertThat(disconnect.properties().get(Property.REASON_STRING)).isNotBlank();
                    assertThat(disconnect.properties().has(Property.SESSION_EXPIRY_INTERVAL))
                            .isFalse();
                }
                client.expectClosed();
                watcher.expectMessage("will", "gone");
                watcher.expectNothing();
            }
        });
    }

    /** A packet that is right but for its reserved flags ends the connection all the same. */
    @Spec({
        "v5 MQTT-3.6.1-1",
        "v5 MQTT-3.8.1-1",
        "v5 MQTT-3.10.1-1",
        "v5 MQTT-3.14.1-1",
        "v5 MQTT-3.15.1-1",
        "v3 MQTT-2.2.2-2",
        "v3 MQTT-3.6.1-1",
        "v3 MQTT-3.8.1-1",
        "v3 MQTT-3.10.1-1",
        "v3 MQTT-3.14.1-1"
    })
    @Each
    void reservedFlagsEndTheConnection(Setting setting) {
        List<Packet> packets =
                new ArrayList<>(
                        List.of(
                                new PubRel(1),
                                subscribe(1, 0, "a"),
                                unsubscribe(1, "a"),
                                new Disconnect(ReasonCode.SUCCESS)));
        if (setting.version() == ProtocolVersion.V3_1) {
            packets.removeLast(); // which does not use the flags of DISCONNECT
        } else if (setting.isV5()) {
            Properties method = Properties.of(Property.AUTHENTICATION_METHOD, "SCRAM-SHA-1");
            packets.add(new Auth(ReasonCode.RE_AUTHENTICATE, method));
        }
        for (Packet packet : packets) {
            try (SimulatedBroker broker = setting.broker()) {
                TestClient watcher = setting.subscriber(broker, 1).subscribe(0, "#");
                TestClient client =
                        setting.subscriber(broker, 0, c -> c.will(will("will", "gone", 0)));
                byte[] bytes = encoded(packet, setting.version());
                bytes[0] ^= 0b0010;
                client.sendBytes(bytes);
                if (setting.isV5()) {
                    assertThat(client.expect(Disconnect.class).reasonCode())
                            .as("%s", packet)
                            .isEqualTo(ReasonCode.MALFORMED_PACKET);
                }
                client.expectClosed();
                watcher.expectMessage("will", "gone"); // it is not taken for a DISCONNECT
                watcher.expectNothing();
            }
        }
    }

    private static byte[] encoded(Packet packet, ProtocolVersion version) {
        ByteBuffer out = ByteBuffer.allocate(PacketEncoder.encodedSize(packet, version));
        PacketEncoder.encode(packet, version, out);
        return out.array();
    }

    /** Bit 0 of the connect flags, which 3.1 does not look at. */
    @Spec({"v5 MQTT-3.1.2-3", "v3 MQTT-3.1.2-3"})
    @Each
    void reservedConnectFlagEndsTheConnection(Setting setting) {
        boolean judged = setting.version() != ProtocolVersion.V3_1;
        try (SimulatedBroker broker = setting.broker()) {
            byte[] bytes = encoded(connect(setting.version(), "c").build(), setting.version());
            bytes[judged ? 9 : 11] |= 1; // behind fixed header, protocol name and level
            TestClient client = broker.client(setting.version()).sendBytes(bytes);
            if (setting.version() != ProtocolVersion.V3_1_1) {
                assertThat(client.expect(ConnAck.class).reasonCode())
                        .isEqualTo(judged ? ReasonCode.MALFORMED_PACKET : ReasonCode.SUCCESS);
            }
            if (judged) {
                client.expectClosed();
            } else {
                client.expectNothing();
            }
        }
    }

    /** Where it would be over the client's maximum the reason stays out, and DISCONNECT is sent. */
    @Spec("v5 MQTT-3.14.2-3")
    @EachV5
    void reasonStringIsLeftOutWhereItDoesNotFit(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient client =
                    setting.subscriber(broker, 0, c -> c.with(Property.MAXIMUM_PACKET_SIZE, 40L));
            client.sendBytes("20 02 00 00");
            Disconnect disconnect = client.expect(Disconnect.class);
            assertThat(disconnect.reasonCode()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
            assertThat(disconnect.properties()).isEqualTo(Properties.NONE);
            client.expectClosed();
        }
    }

    @Spec("v5 MQTT-3.14.2-2")
    @EachV5
    void serverSaysNothingOfTheSessionExpiryInDisconnect(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient old = setting.subscriber(broker, 0, c -> c.resume(100));
            setting.subscriber(broker, 0, c -> c.resume(100));
            Disconnect disconnect = old.expect(Disconnect.class);
            assertThat(disconnect.reasonCode()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
            assertThat(disconnect.properties().has(Property.SESSION_EXPIRY_INTERVAL)).isFalse();
        }
    }

    @Spec({"v5 MQTT-3.1.3-8", "v5 MQTT-4.12.0-4", "v5 MQTT-3.2.2-7", "v3 MQTT-3.1.3-9"})
    @Each
    void clientIdentifierThatTheAuthenticatorRefusesIsRefused(Setting setting) {
        Authenticator picky =
                (credentials, decided) ->
                        decided.accept(
                                credentials.clientId().startsWith("good")
                                        ? new Authenticator.Accepted(
                                                new Identity(credentials.clientId(), null))
                                        : new Authenticator.Refused(
                                                ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                                                "not one of ours"));
        try (SimulatedBroker broker = setting.options().authenticator(picky).start()) {
            broker.connect(setting.version(), "good").expectNothing();
            TestClient refused = broker.client(setting.version());
            refused.send(connect(setting.version(), "bad").build());
            ConnAck connAck = refused.expect(ConnAck.class);
            assertThat(connAck.reasonCode()).isEqualTo(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
            refused.expectClosed();
        }
    }

    /** Without an Authentication Method in CONNECT there is neither in CONNACK, and no AUTH. */
    @Spec("v5 MQTT-4.12.0-6")
    @EachV5
    void authWithoutMethodIsAProtocolError(Setting setting) {
        for (ReasonCode code :
                List.of(ReasonCode.CONTINUE_AUTHENTICATION, ReasonCode.RE_AUTHENTICATE)) {
            try (SimulatedBroker broker = setting.broker()) {
                TestClient client = broker.client(ProtocolVersion.V5);
                ConnAck connAck = client.connect(connect(ProtocolVersion.V5, "c").build());
                assertThat(connAck.properties().has(Property.AUTHENTICATION_METHOD)).isFalse();
                client.send(
                        new Auth(
                                code,
                                Properties.of(Property.AUTHENTICATION_METHOD, "SCRAM-SHA-1")));
                assertThat(client.expect(Disconnect.class).reasonCode())
                        .isEqualTo(ReasonCode.PROTOCOL_ERROR);
                client.expectClosed();
            }
        }
    }

    /** A fault of the server's own while it handles a packet ends that connection only. */
    @Spec("v3 MQTT-4.8.0-2")
    @Each
    void faultWhileAPacketIsHandledClosesItsConnectionOnly(Setting setting) {
        try (SimulatedBroker broker = setting.options().authorizer(faulty()).start()) {
            TestClient healthy = setting.subscriber(broker, 1).subscribe(0, "t");
            TestClient pub = setting.publisher(broker);
            for (Packet packet : List.of(publish("fault", ""), subscribe(1, 0, "fault"))) {
                TestClient unlucky = setting.subscriber(broker, 0);
                unlucky.send(packet);
                assertClosedForAFault(unlucky);
                pub.publish("t", 0, "on");
                healthy.expectMessage("t", "on");
            }
            TestClient connecting = broker.client(setting.version());
            connecting.send(connect(setting.version(), "c").will(will("fault", "gone", 0)).build());
            if (setting.isV5()) {
                assertThat(connecting.expect(ConnAck.class).reasonCode())
                        .isEqualTo(ReasonCode.UNSPECIFIED_ERROR);
            }
            connecting.expectClosed();
            assertThat(broker.broker().connections()).isEqualTo(2);
            healthy.expectNothing();
        }
    }

    private static void assertClosedForAFault(TestClient client) {
        if (client.version().isV5()) {
            assertThat(client.expect(Disconnect.class).reasonCode())
                    .isEqualTo(ReasonCode.UNSPECIFIED_ERROR);
        }
        client.expectClosed();
    }

    private static Authorizer faulty() {
        return new SimpleRules(EndingTest::check, EndingTest::check);
    }

    private static boolean check(String text) {
        if (text.equals("fault")) {
            throw new IllegalStateException("a fault on purpose");
        }
        return true;
    }
}
