package io.godwit.client.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.client.ClientState;
import io.godwit.client.ConnectRefused;
import io.godwit.client.Connected;
import io.godwit.client.ConnectionLost;
import io.godwit.client.Credentials;
import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.Reconnect;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Connect;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.UserProperty;
import io.godwit.codec.Will;
import io.godwit.spec.Spec;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** CONNECT, CONNACK, and the end of a connection. */
class ConnectingTest extends Conversation {

    private static final ConnAck ACCEPTED = new ConnAck(false, ReasonCode.SUCCESS);

    @Test
    @Spec({
        "v5 MQTT-3.1.0-1",
        "v3 MQTT-3.1.0-1",
        "v5 MQTT-3.1.3-3",
        "v5 MQTT-3.1.2-9",
        "v5 MQTT-3.1.2-17",
        "v5 MQTT-3.1.2-19"
    })
    void connectCarriesWhatTheBuilderHas() {
        MqttClient client =
                open(
                        builder()
                                .clientId("sensor")
                                .cleanStart(false)
                                .keepAlive(17)
                                .sessionExpiry(Duration.ofHours(1))
                                .credentials("joe", "secret")
                                .will(
                                        Message.to("will")
                                                .payload("gone")
                                                .qos(1)
                                                .retain(true)
                                                .build(),
                                        Duration.ofSeconds(5))
                                .receiveMaximum(7)
                                .topicAliasMaximum(3)
                                .maximumPacketSize(1000)
                                .connectProperty(Property.REQUEST_RESPONSE_INFORMATION, true));
        CompletableFuture<Connected> connected = client.connect();
        Peer.Session session = peer.accept();
        Connect connect = session.take(Connect.class);
        assertThat(connect.version()).isEqualTo(ProtocolVersion.V5);
        assertThat(connect.clientId()).isEqualTo("sensor");
        assertThat(connect.cleanStart()).isFalse();
        assertThat(connect.keepAlive()).isEqualTo(17);
        assertThat(connect.userName()).isEqualTo("joe");
        assertThat(connect.password()).asString().isEqualTo("secret");
        Will will = Objects.requireNonNull(connect.will());
        assertThat(will.topic()).hasToString("will");
        assertThat(will.qos()).isEqualTo(1);
        assertThat(will.retain()).isTrue();
        assertThat(will.properties().get(Property.WILL_DELAY_INTERVAL)).isEqualTo(5L);
        assertThat(connect.properties().get(Property.SESSION_EXPIRY_INTERVAL)).isEqualTo(3600L);
        assertThat(connect.properties().get(Property.RECEIVE_MAXIMUM)).isEqualTo(7);
        assertThat(connect.properties().get(Property.TOPIC_ALIAS_MAXIMUM)).isEqualTo(3);
        assertThat(connect.properties().get(Property.MAXIMUM_PACKET_SIZE)).isEqualTo(1000L);
        assertThat(connect.properties().get(Property.REQUEST_RESPONSE_INFORMATION)).isTrue();
        assertThat(client.state()).isEqualTo(ClientState.CONNECTING);
        session.send(ACCEPTED);
        assertThat(get(connected).clientId()).isEqualTo("sensor");
        assertThat(get(connected).server()).isEqualTo(peer.uri());
        assertThat(client.state()).isEqualTo(ClientState.CONNECTED);
    }

    @Test
    @Spec({"v3 MQTT-3.1.3-7", "v3 MQTT-3.1.3-3", "v3 MQTT-3.1.3-2"})
    void beforeVersion5TheClientMakesAnIdentifierAndKeepsIt() {
        MqttClient client = open(v3().clientId("").credentials("joe", "secret"));
        CompletableFuture<Connected> connected = client.connect();
        Peer.Session session = peer.accept();
        Connect connect = session.take(Connect.class);
        assertThat(connect.version()).isEqualTo(ProtocolVersion.V3_1_1);
        assertThat(connect.clientId()).matches("godwit[0-9a-z]{16}");
        assertThat(connect.cleanStart()).isTrue();
        session.send(ACCEPTED);
        assertThat(get(connected).clientId()).isEqualTo(connect.clientId());
        session.close();
        letRetry();
        Connect again = peer.accept().take(Connect.class);
        assertThat(again.clientId()).isEqualTo(connect.clientId());
        assertThat(again.cleanStart()).as("Clean Session is a property of the session").isTrue();
    }

    @Test
    @Spec("v5 MQTT-3.1.3-2")
    void identifierThatTheServerAssignedIsUsedFromThenOn() {
        MqttClient client = open(builder().clientId(""));
        Peer.Session session =
                connect(client, Properties.of(Property.ASSIGNED_CLIENT_IDENTIFIER, "given"));
        session.close();
        letRetry();
        assertThat(peer.accept().take(Connect.class).clientId()).isEqualTo("given");
    }

    @Test
    void onlyTheFirstConnectAsksForANewSession() {
        MqttClient client = open(builder());
        client.connect();
        Peer.Session session = peer.accept();
        assertThat(session.take(Connect.class).cleanStart()).isTrue();
        session.send(ACCEPTED);
        session.close();
        letRetry();
        assertThat(peer.accept().take(Connect.class).cleanStart()).isFalse();
    }

    @Test
    void refusalThatWillNotChangeFailsTheFuture() {
        MqttClient client = open(builder().reconnect(Reconnect.DEFAULT.withFirst(true)));
        CompletableFuture<Connected> connected = client.connect();
        Peer.Session session = peer.accept();
        session.take(Connect.class);
        session.send(
                new ConnAck(
                        false,
                        ReasonCode.BAD_USER_NAME_OR_PASSWORD,
                        Properties.of(Property.REASON_STRING, "no such user")));
        ConnectRefused refused = failure(connected, ConnectRefused.class);
        assertThat(refused.reasonCode()).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        assertThat(refused)
                .hasMessageContaining(peer.uri())
                .hasMessageContaining("bad user name or password (0x86), \"no such user\"");
        assertThat(client.state()).isEqualTo(ClientState.DISCONNECTED);
        session.expectEnd();
    }

    @Test
    @Spec("v5 MQTT-4.13.2-1")
    void returnCodeOfVersion3IsToldAsReasonCode() {
        CompletableFuture<Connected> connected = open(v3()).connect();
        Peer.Session session = peer.accept();
        session.take(Connect.class);
        session.send(new ConnAck(false, ReasonCode.NOT_AUTHORIZED));
        assertThat(failure(connected, ConnectRefused.class).reasonCode())
                .isEqualTo(ReasonCode.NOT_AUTHORIZED);
        session.expectEnd();
    }

    @Test
    void firstAttemptIsRepeatedWhereThatIsWanted() {
        MqttClient client =
                open(
                        builder()
                                .reconnect(
                                        Reconnect.DEFAULT
                                                .withFirst(true)
                                                .between(A_SECOND, A_SECOND)));
        CompletableFuture<Connected> connected = client.connect();
        Peer.Session session = peer.accept();
        assertThat(session.take(Connect.class).cleanStart()).isTrue();
        session.send(new ConnAck(false, ReasonCode.SERVER_BUSY));
        End end = end();
        assertThat(end.cause()).isInstanceOf(ConnectRefused.class);
        assertThat(client.state()).isEqualTo(ClientState.WAITING);
        assertThat(end.retryIn()).isBetween(A_SECOND.dividedBy(2), A_SECOND);
        time.advance(A_SECOND);
        session = peer.accept();
        assertThat(session.take(Connect.class).cleanStart()).isTrue();
        session.send(ACCEPTED);
        get(connected);
    }

    @Test
    void waitsDoubleUntilTheMostAndAttemptsAreCounted() {
        MqttClient client =
                open(
                        builder()
                                .server("mqtt://127.0.0.1:" + peer.port())
                                .reconnect(
                                        new Reconnect(true, A_SECOND, Duration.ofSeconds(5), 5)));
        peer.close();
        CompletableFuture<Connected> connected = client.connect();
        for (long most : new long[] {1, 2, 4, 5}) {
            Duration wait = Objects.requireNonNull(end().retryIn());
            assertThat(wait).isBetween(Duration.ofMillis(500 * most), Duration.ofSeconds(most));
            time.advance(wait);
        }
        assertThat(end().retryIn()).isNull();
        assertThat(failure(connected, ConnectionLost.class))
                .hasMessageContaining(peer.uri() + " cannot be reached");
    }

    @Test
    void serverThatClosesOrIsSilentHasNotAccepted() {
        MqttClient client = open(builder());
        CompletableFuture<Connected> closed = client.connect();
        peer.accept().close();
        assertThat(failure(closed, ConnectionLost.class)).hasMessageContaining("CON");
        CompletableFuture<Connected> silent = client.connect();
        Peer.Session session = peer.accept();
        session.take(Connect.class);
        time.advance(Duration.ofSeconds(30));
        assertThat(failure(silent, ConnectionLost.class))
                .hasMessageContaining("has not answered CONNECT within PT30S");
        session.expectEnd();
    }

    @Test
    void nextServerIsTriedWhenOneCannotBeReached() {
        try (Peer other = new Peer()) {
            MqttClient client = open(builder().server(other.uri()));
            peer.close();
            CompletableFuture<Connected> connected = client.connect();
            Peer.Session session = other.accept();
            session.take(Connect.class);
            session.send(ACCEPTED);
            assertThat(get(connected).server()).isEqualTo(other.uri());
            session.close();
            letRetry();
            other.accept().take(Connect.class);
        }
    }

    @Test
    void serverReferenceOfConnAckIsFollowed() {
        try (Peer other = new Peer()) {
            MqttClient client = open(builder());
            CompletableFuture<Connected> connected = client.connect();
            Peer.Session session = peer.accept();
            session.take(Connect.class);
            session.send(
                    new ConnAck(
                            false,
                            ReasonCode.USE_ANOTHER_SERVER,
                            Properties.of(Property.SERVER_REFERENCE, "127.0.0.1:" + other.port())));
            Peer.Session there = other.accept();
            there.take(Connect.class);
            there.send(ACCEPTED);
            assertThat(get(connected).server()).isEqualTo(other.uri());
            there.close();
            letRetry();
            peer.accept().take(Connect.class); // it was for that attempt only
        }
    }

    @Test
    void serverThatHasMovedIsNotAskedAgain() {
        try (Peer other = new Peer()) {
            MqttClient client = open(builder());
            Peer.Session session = connect(client);
            session.send(
                    new Disconnect(
                            ReasonCode.SERVER_MOVED,
                            Properties.of(Property.SERVER_REFERENCE, "127.0.0.1:" + other.port())));
            session.expectEnd();
            letRetry();
            Peer.Session there = other.accept();
            there.take(Connect.class);
            there.send(ACCEPTED);
            there.close();
            letRetry();
            other.accept().take(Connect.class);
        }
    }

    @Test
    void circleOfReferencesEnds() {
        MqttClient client = open(builder());
        CompletableFuture<Connected> connected = client.connect();
        for (int i = 0; i < 6; i++) {
            Peer.Session session = peer.accept();
            session.take(Connect.class);
            session.send(
                    new ConnAck(
                            false,
                            ReasonCode.USE_ANOTHER_SERVER,
                            Properties.of(Property.SERVER_REFERENCE, "127.0.0.1:" + peer.port())));
        }
        assertThat(failure(connected, ConnectRefused.class).reasonCode())
                .isEqualTo(ReasonCode.USE_ANOTHER_SERVER);
    }

    @Test
    void credentialsAreAskedForEachTime() {
        AtomicInteger asked = new AtomicInteger();
        MqttClient client =
                open(
                        builder()
                                .credentials(() ->
                                        Credentials.of("joe", "token" + asked.incrementAndGet())));
        client.connect();
        Peer.Session session = peer.accept();
        assertThat(session.take(Connect.class).password()).asString().isEqualTo("token1");
        session.send(ACCEPTED);
        session.close();
        letRetry();
        assertThat(peer.accept().take(Connect.class).password()).asString().isEqualTo("token2");
    }

    @Test
    @Spec("v5 MQTT-3.2.2-4")
    void sessionThatWasNotAskedForClosesTheConnection() {
        CompletableFuture<Connected> connected = open(builder()).connect();
        Peer.Session session = peer.accept();
        session.take(Connect.class);
        session.send(new ConnAck(true, ReasonCode.SUCCESS));
        assertThat(failure(connected, ConnectionLost.class))
                .hasMessageContaining("Session Present");
        session.expectEnd();
    }

    @Test
    @Spec({"v5 MQTT-3.14.4-1", "v5 MQTT-3.14.4-2", "v3 MQTT-3.14.4-1", "v3 MQTT-3.14.4-2"})
    void nothingFollowsDisconnect() {
        for (ProtocolVersion version :
                new ProtocolVersion[] {ProtocolVersion.V3_1_1, ProtocolVersion.V5}) {
            MqttClient client = open(builder().version(version));
            Peer.Session session = connect(client);
            CompletableFuture<Void> end = client.disconnect();
            session.take(Disconnect.class);
            client.publish(Message.of("late", "x"));
            time.advance(A_SECOND); // the server does not close, so the client does
            session.expectEnd();
            get(end);
            assertThat(client.state()).isEqualTo(ClientState.DISCONNECTED);
        }
    }

    @Test
    void disconnectCarriesItsReasonAndProperties() {
        MqttClient client = open(builder().sessionExpiry(Duration.ofMinutes(1)));
        Peer.Session session = connect(client);
        client.disconnect(
                new Disconnect(
                        ReasonCode.DISCONNECT_WITH_WILL_MESSAGE,
                        Properties.of(Property.SESSION_EXPIRY_INTERVAL, 9L)));
        Disconnect disconnect = session.take(Disconnect.class);
        assertThat(disconnect.reasonCode()).isEqualTo(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE);
        assertThat(disconnect.properties().get(Property.SESSION_EXPIRY_INTERVAL)).isEqualTo(9L);
    }

    @Test
    @Spec({"v5 MQTT-3.14.2-3", "v5 MQTT-3.14.2-4"})
    void disconnectLeavesOutWhatTheServerHasNoRoomFor() {
        MqttClient client = open(builder().sessionExpiry(A_SECOND));
        Peer.Session session = connect(client, Properties.of(Property.MAXIMUM_PACKET_SIZE, 20L));
        client.disconnect(
                new Disconnect(
                        ReasonCode.DISCONNECT_WITH_WILL_MESSAGE,
                        Properties.of(Property.REASON_STRING, "because of the weather")
                                .with(Property.USER_PROPERTY, new UserProperty("k", "v"))
                                .with(Property.SESSION_EXPIRY_INTERVAL, 9L)));
        assertThat(session.take(Disconnect.class))
                .isEqualTo(
                        new Disconnect(
                                ReasonCode.DISCONNECT_WITH_WILL_MESSAGE,
                                Properties.of(Property.SESSION_EXPIRY_INTERVAL, 9L)));
    }

    @Test
    @Spec("v5 MQTT-3.14.2-1")
    void disconnectThatMqttDoesNotHaveIsRefused() {
        MqttClient client = open(builder().sessionExpiry(Duration.ZERO));
        failure(
                client.disconnect(new Disconnect(ReasonCode.GRANTED_QOS_1)),
                IllegalArgumentException.class);
        failure(
                client.disconnect(
                        new Disconnect(
                                ReasonCode.SUCCESS,
                                Properties.of(Property.SESSION_EXPIRY_INTERVAL, 9L))),
                IllegalArgumentException.class);
    }

    @Test
    void disconnectEndsAttempts() {
        MqttClient client = open(builder());
        CompletableFuture<Connected> connected = client.connect();
        Peer.Session session = peer.accept();
        session.take(Connect.class);
        get(client.disconnect());
        failure(connected, ConnectionLost.class);
        session.expectEnd();
        CompletableFuture<Connected> again = client.connect();
        accept(false, Properties.NONE);
        get(again);
    }

    @Test
    void takenOverSessionIsNotFoughtFor() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        session.send(new Disconnect(ReasonCode.SESSION_TAKEN_OVER));
        End end = end();
        assertThat(end.retryIn()).isNull();
        assertThat(end.cause()).hasMessageContaining("session taken over (0x8E)");
        assertThat(client.state()).isEqualTo(ClientState.DISCONNECTED);
    }

    @Test
    void closedClientIsOfNoFurtherUse() {
        MqttClient client = open(builder());
        CompletableFuture<?> waiting = client.publish(Message.of("a", "b", 1));
        CompletableFuture<?> subscribing = client.subscribe("a", 1);
        client.close();
        client.close();
        failure(waiting, IllegalStateException.class);
        failure(subscribing, IllegalStateException.class);
        failure(client.connect(), IllegalStateException.class);
        failure(client.publish(Message.of("a", "b")), IllegalStateException.class);
        get(client.disconnect());
        assertThat(client.state()).isEqualTo(ClientState.CLOSED);
    }

    @Test
    void settingsThatContradictEachOtherAreRefused() {
        assertThatThrownBy(() -> open(builder().receiveMaximum(0)))
                .hasMessage("receiveMaximum is 0; it goes from 1 to 65535");
        assertThatThrownBy(() -> open(builder().directory(java.nio.file.Path.of("x"))))
                .hasMessageContaining("cleanStart(false)");
        assertThatThrownBy(() -> open(builder().connectProperty(Property.RECEIVE_MAXIMUM, 3)))
                .hasMessage("Receive Maximum is set by receiveMaximum(...) of the builder");
        assertThatThrownBy(() -> open(builder().connectProperty(Property.TOPIC_ALIAS, 3)))
                .hasMessage("CONNECT has no property Topic Alias");
    }
}
