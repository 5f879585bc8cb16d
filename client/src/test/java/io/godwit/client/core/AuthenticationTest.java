package io.godwit.client.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.client.Connected;
import io.godwit.client.ConnectionLost;
import io.godwit.client.MqttClient;
import io.godwit.client.MqttException;
import io.godwit.client.RequestTimedOut;
import io.godwit.client.auth.EnhancedAuthentication;
import io.godwit.codec.Auth;
import io.godwit.codec.Binary;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Connect;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ReasonCode;
import io.godwit.spec.Spec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** AUTH, at the beginning and later. */
class AuthenticationTest extends Conversation {

    /** Says "first", answers what it is asked in capitals, and wants "proof" at the end. */
    private record Method(String proof) implements EnhancedAuthentication {

        @Override
        public String method() {
            return "CAPITALS";
        }

        @Override
        public Exchange begin() {
            return new Exchange() {
                @Override
                public byte[] first() {
                    return "first".getBytes(StandardCharsets.UTF_8);
                }

                @Override
                public byte[] next(byte @Nullable [] data) {
                    return text(data).toUpperCase(java.util.Locale.ROOT)
                            .getBytes(StandardCharsets.UTF_8);
                }

                @Override
                public void succeeded(byte @Nullable [] data) {
                    if (!text(data).equals(proof)) {
                        throw new MqttException("the server has not proven itself", null);
                    }
                }
            };
        }

        private static String text(byte @Nullable [] data) {
            return data == null ? "" : new String(data, StandardCharsets.UTF_8);
        }
    }

    private static Properties properties(String data) {
        return Properties.of(Property.AUTHENTICATION_METHOD, "CAPITALS")
                .with(
                        Property.AUTHENTICATION_DATA,
                        new Binary(data.getBytes(StandardCharsets.UTF_8)));
    }

    private static String data(Properties properties) {
        assertThat(properties.get(Property.AUTHENTICATION_METHOD)).isEqualTo("CAPITALS");
        byte[] bytes =
                properties.getOrDefault(Property.AUTHENTICATION_DATA, new Binary(new byte[0])).bytes();
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private MqttClient client() {
        return open(builder().authentication(new Method("proof")));
    }

    private Peer.Session authenticated(MqttClient client) {
        CompletableFuture<Connected> connected = client.connect();
        Peer.Session session = peer.accept();
        session.take(Connect.class);
        session.send(new ConnAck(false, ReasonCode.SUCCESS, properties("proof")));
        get(connected);
        return session;
    }

    @Test
    @Spec({"v5 MQTT-3.1.2-30", "v5 MQTT-4.12.0-3", "v5 MQTT-4.12.0-5"})
    void exchangeGoesOnUntilConnAck() {
        MqttClient client = client();
        CompletableFuture<Connected> connected = client.connect();
        client.publish(io.godwit.client.Message.of("a", "waits for CONNACK"));
        Peer.Session session = peer.accept();
        assertThat(data(session.take(Connect.class).properties())).isEqualTo("first");
        for (String asked : new String[] {"one", "two"}) {
            session.send(new Auth(ReasonCode.CONTINUE_AUTHENTICATION, properties(asked)));
            Auth answer = session.take(Auth.class);
            assertThat(answer.reasonCode()).isEqualTo(ReasonCode.CONTINUE_AUTHENTICATION);
            assertThat(data(answer.properties()))
                    .isEqualTo(asked.toUpperCase(java.util.Locale.ROOT));
        }
        session.send(new ConnAck(false, ReasonCode.SUCCESS, properties("proof")));
        get(connected);
        session.take(io.godwit.codec.Publish.class);
    }

    @Test
    void serverThatDoesNotProveItselfIsLeft() {
        MqttClient client = client();
        CompletableFuture<Connected> connected = client.connect();
        Peer.Session session = peer.accept();
        session.take(Connect.class);
        session.send(new ConnAck(false, ReasonCode.SUCCESS, properties("wrong")));
        assertThat(failure(connected, MqttException.class))
                .hasMessage("the server has not proven itself");
        session.expectEnd();
    }

    @Test
    @Spec("v5 MQTT-4.12.0-7")
    void withoutAMethodNoAuthIsSent() {
        MqttClient client = open(builder());
        failure(client.reauthenticate(), IllegalStateException.class);
        CompletableFuture<Connected> connected = client.connect();
        Peer.Session session = peer.accept();
        assertThat(session.take(Connect.class).properties().has(Property.AUTHENTICATION_METHOD))
                .isFalse();
        session.send(new Auth(ReasonCode.CONTINUE_AUTHENTICATION, properties("x")));
        session.expectEnd();
        failure(connected, ConnectionLost.class);
    }

    @Test
    @Spec("v5 MQTT-4.12.1-1")
    void reauthenticationGoesThroughTheSameMethod() {
        MqttClient client = client();
        failure(client.reauthenticate(), ConnectionLost.class);
        Peer.Session session = authenticated(client);
        CompletableFuture<Void> done = client.reauthenticate();
        Auth first = session.take(Auth.class);
        assertThat(first.reasonCode()).isEqualTo(ReasonCode.RE_AUTHENTICATE);
        assertThat(data(first.properties())).isEqualTo("first");
        session.send(new Auth(ReasonCode.CONTINUE_AUTHENTICATION, properties("one")));
        assertThat(data(session.take(Auth.class).properties())).isEqualTo("ONE");
        assertThat(done).isNotDone();
        session.send(new Auth(ReasonCode.SUCCESS, properties("proof")));
        get(done);
    }

    @Test
    @Spec("v5 MQTT-4.12.1-2")
    void failedReauthenticationClosesTheConnection() {
        MqttClient client = client();
        Peer.Session session = authenticated(client);
        CompletableFuture<Void> done = client.reauthenticate();
        session.take(Auth.class);
        session.send(new Auth(ReasonCode.SUCCESS, properties("wrong")));
        assertThat(session.take(Disconnect.class).reasonCode())
                .isEqualTo(ReasonCode.NOT_AUTHORIZED);
        failure(done, MqttException.class);
    }

    @Test
    void reauthenticationFailsWithTheConnectionOrSilence() {
        MqttClient client = client();
        Peer.Session session = authenticated(client);
        CompletableFuture<Void> lost = client.reauthenticate();
        session.take(Auth.class);
        session.close();
        failure(lost, ConnectionLost.class);
        letRetry();
        Peer.Session next = accept(true, properties("proof"));
        org.awaitility.Awaitility.await()
                .until(() -> client.state() == io.godwit.client.ClientState.CONNECTED);
        CompletableFuture<Void> silent = client.reauthenticate();
        next.take(Auth.class);
        time.advance(Duration.ofSeconds(30));
        failure(silent, RequestTimedOut.class);
    }

    @Test
    void authThatNobodyAskedForEndsTheConnection() {
        MqttClient client = client();
        Peer.Session session = authenticated(client);
        session.send(new Auth(ReasonCode.CONTINUE_AUTHENTICATION, properties("x")));
        assertThat(session.take(Disconnect.class).reasonCode())
                .isEqualTo(ReasonCode.PROTOCOL_ERROR);
    }
}
