package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.subscribe;
import static io.godwit.broker.simulation.Packets.will;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.auth.Authenticator;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Auth;
import io.godwit.codec.Binary;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Disconnect;
import io.godwit.codec.PingReq;
import io.godwit.codec.PingResp;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubRec;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.spec.Spec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** CONNECT and its answer (§3.1, §3.2), but for sessions. */
class ConnectingTest extends Conversation {

    private static final ProtocolVersion V5 = ProtocolVersion.V5;

    @Spec({
        "v5 MQTT-3.1.4-5",
        "v5 MQTT-3.2.0-1",
        "v5 MQTT-3.2.0-2",
        "v3 MQTT-3.1.4-4",
        "v3 MQTT-3.2.0-1"
    })
    @ParameterizedTest
    @EnumSource
    void acceptedConnectIsAnsweredOnceAndFirst(ProtocolVersion version) {
        TestClient client = broker.client(version);
        client.send(Packets.connect(version, "c").build(), subscribe(1, 0, "t"), publish("t", "x"));
        ConnAck connAck = client.expect(ConnAck.class);
        assertThat(connAck.reasonCode()).isEqualTo(ReasonCode.SUCCESS);
        assertThat(connAck.sessionPresent()).isFalse();
        assertThat(client.takeAll()).hasSize(2).noneMatch(ConnAck.class::isInstance);
        client.expectNothing();
    }

    @Spec({"v5 MQTT-3.1.4-1", "v3 MQTT-3.1.4-1", "v3 MQTT-4.8.0-1"})
    @ParameterizedTest
    @EnumSource
    void firstPacketThatIsNoConnectClosesTheConnection(ProtocolVersion version) {
        TestClient client = broker.client(version);
        client.send(new PingReq());
        // nothing tells which version the client speaks
        client.expectClosed();
    }

    @Spec({"v3 MQTT-3.1.4-1", "v5 MQTT-3.1.4-1", "v5 MQTT-4.13.1-1", "v5 MQTT-3.14.0-1"})
    @ParameterizedTest
    @EnumSource
    void malformedConnectIsRefused(ProtocolVersion version) {
        TestClient client = broker.client(version);
        String willQos3 = version.isV5() ? "05 1E 0000 00" : "04 1E 0000";
        int length = version.isV5() ? 0x0E : 0x0D;
        String name = version == ProtocolVersion.V3_1 ? "0006 4D5149736470" : "0004 4D515454";
        if (version == ProtocolVersion.V3_1) {
            willQos3 = "03 1E 0000";
            length = 0x0F;
        }
        client.sendBytes("10 %02X %s %s 0001 63".formatted(length, name, willQos3));
        if (version.isV5()) {
            ConnAck refusal = client.expect(ConnAck.class);
            assertThat(refusal.reasonCode()).isEqualTo(ReasonCode.MALFORMED_PACKET);
        }
        client.expectClosed();
    }

    @Spec({"v5 MQTT-3.1.2-2", "v3 MQTT-3.1.2-2"})
    @Test
    void unknownVersionsAreAnsweredSoThatTheClientUnderstands() {
        TestClient newer = broker.client(V5);
        newer.sendBytes("10 0E 0004 4D515454 06 02 0000 00 0001 63");
        assertThat(newer.expect(ConnAck.class).reasonCode())
                .isEqualTo(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION);
        newer.expectClosed();
        TestClient older = broker.client(ProtocolVersion.V3_1_1);
        older.sendBytes("10 0D 0004 4D515454 03 02 0000 0001 63");
        older.expect(new ConnAck(false, ReasonCode.UNSUPPORTED_PROTOCOL_VERSION)).expectClosed();
    }

    @Spec({"v5 MQTT-3.1.0-2", "v3 MQTT-3.1.0-2", "v3 MQTT-4.8.0-1", "v5 MQTT-3.2.0-2"})
    @ParameterizedTest
    @EnumSource
    void secondConnectClosesTheConnection(ProtocolVersion version) {
        TestClient client = connect(version, "c");
        client.send(Packets.connect(version, "c").build());
        if (version.isV5()) {
            assertThat(client.expect(Disconnect.class).reasonCode())
                    .isEqualTo(ReasonCode.PROTOCOL_ERROR);
        }
        client.expectClosed();
    }

    @Spec({"v5 MQTT-3.1.3-5", "v3 MQTT-3.1.3-5"})
    @ParameterizedTest
    @EnumSource
    void everyPlainClientIdentifierIsAccepted(ProtocolVersion version) {
        String all = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        for (int from = 0; from < all.length(); from++) {
            int to = Math.min(all.length(), from + 1 + from % 23);
            connect(version, all.substring(from, to)).disconnect();
        }
    }

    @ParameterizedTest
    @EnumSource
    void clientIdentifiersOfAnyUnicodeAreAccepted(ProtocolVersion version) {
        TestClient client = connect(version, "käthe/+#$ \uD83D\uDE80\u202E");
        client.send(new PingReq()).expect(new PingResp());
    }

    @Spec({
        "v5 MQTT-3.1.3-6",
        "v5 MQTT-3.1.3-7",
        "v5 MQTT-3.2.2-16",
    })
    @Test
    void emptyClientIdentifierGetsAnAssignedOne() {
        TestClient first = broker.client(V5);
        String assigned = assignedTo(first);
        assertThat(assigned).isNotEqualTo(assignedTo(broker.client(V5)));
        // it is as good as any other: whoever names it takes the session over
        connect(V5, assigned);
        assertThat(first.expect(Disconnect.class).reasonCode())
                .isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
    }

    private static String assignedTo(TestClient client) {
        ConnAck connAck = client.connect(Packets.connect(V5, "").build());
        String assigned = connAck.properties().get(Property.ASSIGNED_CLIENT_IDENTIFIER);
        assertThat(assigned).isNotEmpty();
        return String.valueOf(assigned);
    }

    @Spec("v5 MQTT-3.2.2-16")
    @Test
    void clientIdentifierOfTheClientIsNotReturned() {
        ConnAck connAck = broker.client(V5).connect(Packets.connect(V5, "mine").build());
        assertThat(connAck.properties().has(Property.ASSIGNED_CLIENT_IDENTIFIER)).isFalse();
    }

    @Spec("v3 MQTT-3.1.3-6")
    @Test
    void emptyClientIdentifiersOfMqtt311AreClientsOfTheirOwn() {
        TestClient first = connect(ProtocolVersion.V3_1_1, "");
        TestClient second = connect(ProtocolVersion.V3_1_1, "");
        first.subscribe(0, "t");
        second.publish("t", 0, "x");
        first.expectMessage("t", "x");
        second.expectNothing();
    }

    @Spec({
        "v3 MQTT-3.1.3-8",
        "v3 MQTT-3.1.3-9",
        "v3 MQTT-3.2.2-4",
        "v3 MQTT-3.2.2-5",
        "v3 MQTT-3.1.4-5"
    })
    @Test
    void emptyClientIdentifierCannotHaveAStoredSession() {
        TestClient client = broker.client(ProtocolVersion.V3_1_1);
        client.send(
                Packets.connect(ProtocolVersion.V3_1_1, "").cleanStart(false).build(),
                new PingReq());
        client.expect(new ConnAck(false, ReasonCode.CLIENT_IDENTIFIER_NOT_VALID)).expectClosed();
    }

    @Spec("v3 MQTT-3.1.3-9")
    @Test
    void emptyClientIdentifierIsNotInMqtt31() {
        TestClient client = broker.client(ProtocolVersion.V3_1);
        client.send(Packets.connect(ProtocolVersion.V3_1, "").build());
        client.expect(new ConnAck(false, ReasonCode.CLIENT_IDENTIFIER_NOT_VALID)).expectClosed();
    }

    @Spec({
        "v5 MQTT-3.1.4-2",
        "v5 MQTT-3.1.4-6",
        "v5 MQTT-3.2.2-6",
        "v5 MQTT-3.2.2-7",
        "v5 MQTT-4.12.0-4",
        "v5 MQTT-4.13.2-1",
        "v3 MQTT-3.2.2-4",
        "v3 MQTT-3.2.2-5",
        "v3 MQTT-3.1.4-5"
    })
    @ParameterizedTest
    @EnumSource
    void refusedClientIsAnsweredAndClosedAndNotHeard(ProtocolVersion version) {
        use(SimulatedBroker.options().authenticator(onlyWithPassword("secret")));
        TestClient watcher =
                connect(version, "watcher", c -> c.credentials("u", "secret")).subscribe(0, "#");
        TestClient client = broker.client(version);
        client.send(
                Packets.connect(version, "c").credentials("u", "wrong").build(),
                publish("t", "from a stranger"),
                new PingReq());
        ConnAck refusal = client.expect(ConnAck.class);
        assertThat(refusal.reasonCode()).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        assertThat(refusal.sessionPresent()).isFalse();
        client.expectClosed();
        watcher.expectNothing();
    }

    @Spec("v3 MQTT-3.2.2-6")
    @Test
    void reasonWithoutReturnCodeClosesWithoutAnswer() {
        use(SimulatedBroker.options().limits(limits -> limits.topicLevels(3)));
        TestClient client = broker.client(ProtocolVersion.V3_1_1);
        client.send(
                Packets.connect(ProtocolVersion.V3_1_1, "c").will(will("a/b/c/d", "x", 0)).build());
        client.expectClosed();
    }

    @Spec({"v5 MQTT-4.12.0-1", "v5 MQTT-3.1.4-2", "v5 MQTT-3.2.2-7"})
    @Test
    void unknownAuthenticationMethodIsRefused() {
        TestClient client = broker.client(V5);
        client.send(
                Packets.connect(V5, "c")
                        .with(Property.AUTHENTICATION_METHOD, "SCRAM-SHA-1")
                        .with(Property.AUTHENTICATION_DATA, new Binary(new byte[] {1}))
                        .build());
        assertThat(client.expect(ConnAck.class).reasonCode())
                .isEqualTo(ReasonCode.BAD_AUTHENTICATION_METHOD);
        client.expectClosed();
    }

    @Spec("v5 MQTT-4.12.0-6")
    @Test
    void withoutMethodThereIsNoAuthentication() {
        TestClient client = broker.client(V5);
        ConnAck connAck = client.connect(Packets.connect(V5, "c").build());
        assertThat(connAck.properties().has(Property.AUTHENTICATION_METHOD)).isFalse();
        client.expectNothing();
        client.send(new Auth(ReasonCode.RE_AUTHENTICATE, Properties.NONE));
        assertThat(client.expect(Disconnect.class).reasonCode())
                .isEqualTo(ReasonCode.PROTOCOL_ERROR);
        client.expectClosed();
    }

    @Spec({"v5 MQTT-3.2.2-19", "v5 MQTT-3.2.2-20"})
    @Test
    void reasonOfARefusalIsLeftOutWhereItDoesNotFit() {
        use(SimulatedBroker.options().authenticator(onlyWithPassword("secret")));
        Properties full = refusal(null);
        // what was wrong is for the log: a guesser would learn from it
        assertThat(full.get(Property.REASON_STRING)).isEqualTo("the log of the server says why");
        Properties small = refusal(5L);
        assertThat(small).isEqualTo(Properties.NONE);
    }

    /** Also where nothing was wrong with what it showed: they may say who is known, and where. */
    @ParameterizedTest
    @EnumSource(
            names = {
                "UNSPECIFIED_ERROR",
                "SERVER_UNAVAILABLE",
                "SERVER_BUSY",
                "NOT_AUTHORIZED",
                "BAD_AUTHENTICATION_METHOD"
            })
    void wordsOfAnAuthenticatorAreForTheLog(ReasonCode code) {
        String why = "http: no answer (password: /etc/godwit/passwd has no user 'u')";
        use(
                SimulatedBroker.options()
                        .authenticator((_, decided) ->
                                decided.accept(new Authenticator.Refused(code, why))));
        assertThat(refusal(null).get(Property.REASON_STRING))
                .isEqualTo("the log of the server says why");
    }

    private Properties refusal(@Nullable Long maximumPacketSize) {
        var connect = Packets.connect(V5, "c").credentials("u", "wrong");
        if (maximumPacketSize != null) {
            connect.with(Property.MAXIMUM_PACKET_SIZE, maximumPacketSize);
        }
        TestClient client = broker.client(V5);
        client.send(connect.build());
        return client.expect(ConnAck.class).properties();
    }

    @Spec("v5 MQTT-3.1.2-28")
    @ParameterizedTest
    @EnumSource
    void noResponseInformationIsReturned(Wanted wanted) {
        var connect = Packets.connect(V5, "c");
        if (wanted != Wanted.UNSAID) {
            connect.with(Property.REQUEST_RESPONSE_INFORMATION, wanted == Wanted.YES);
        }
        ConnAck connAck = broker.client(V5).connect(connect.build());
        assertThat(connAck.properties().has(Property.RESPONSE_INFORMATION)).isFalse();
    }

    enum Wanted {
        YES,
        NO,
        UNSAID
    }

    @Spec("v5 MQTT-3.1.2-29")
    @Test
    void withoutProblemInformationReasonsStayOutOfAcknowledgements() {
        use(SimulatedBroker.options().limits(limits -> limits.topicLevels(2)));
        TestClient client =
                connect(V5, "c", c -> c.with(Property.REQUEST_PROBLEM_INFORMATION, false));
        client.send(publish("a/b/c", "x", 1, 1));
        client.expect(new PubAck(1, ReasonCode.TOPIC_NAME_INVALID, Properties.NONE));
        client.send(publish("a/b/c", "x", 2, 2));
        client.expect(new PubRec(2, ReasonCode.TOPIC_NAME_INVALID, Properties.NONE));
        client.send(subscribe(3, 0, "a/b/c"));
        client.expect(new SubAck(3, List.of(ReasonCode.TOPIC_FILTER_INVALID), Properties.NONE));
    }

    /** Lets in who has this password. */
    static Authenticator onlyWithPassword(String secret) {
        return (credentials, decided) -> {
            byte[] password = credentials.password();
            boolean right =
                    password != null && secret.equals(new String(password, StandardCharsets.UTF_8));
            decided.accept(
                    right
                            ? new Authenticator.Accepted(
                                    new Identity(credentials.clientId(), credentials.userName()))
                            : new Authenticator.Refused(
                                    ReasonCode.BAD_USER_NAME_OR_PASSWORD, "wrong password"));
        };
    }
}
