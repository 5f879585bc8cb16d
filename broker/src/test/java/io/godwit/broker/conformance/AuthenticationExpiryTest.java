package io.godwit.broker.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.auth.Authenticator;
import io.godwit.broker.auth.Authenticator.Accepted;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Auth;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Authentications that end at some time, and what they say about the Client Identifier. */
class AuthenticationExpiryTest extends Conversation {

    private long expiresAt = Authenticator.NEVER;
    private String clientId = "";

    private Authenticator authenticator() {
        return (credentials, decided) ->
                decided.accept(
                        new Accepted(
                                new Identity(
                                        clientId.isEmpty() ? credentials.clientId() : clientId,
                                        credentials.userName()),
                                expiresAt,
                                "data".getBytes(UTF_8)));
    }

    private void use(Authenticator authenticator) {
        use(SimulatedBroker.options().authenticator(authenticator));
    }

    /** In so many seconds of the simulated wall clock. */
    private long in(long seconds) {
        return broker.wallMillis() + seconds * 1000;
    }

    @ParameterizedTest
    @EnumSource
    void connectionEndsWithItsAuthentication(ProtocolVersion version) {
        use(authenticator());
        TestClient forGood = connect(version, "for-good");
        expiresAt = in(100_000);
        TestClient client = connect(version, "c");
        broker.advance(Duration.ofSeconds(99_999));
        client.expectNothing();
        broker.advance(Duration.ofSeconds(2));
        if (version.isV5()) {
            assertThat(client.expect(Disconnect.class).reasonCode())
                    .isEqualTo(ReasonCode.NOT_AUTHORIZED);
        }
        client.expectClosed();
        forGood.expectNothing();
        assertThat(broker.count(Counter.AUTHENTICATIONS_EXPIRED)).isEqualTo(1);
    }

    /** It is the wall clock that counts, whichever way it is set. */
    @Test
    void wallClockThatIsSetForwardEndsIt() {
        use(authenticator());
        expiresAt = in(36_000);
        TestClient client = connect(ProtocolVersion.V5, "c");
        broker.jumpWallClock(Duration.ofHours(11));
        broker.advance(Duration.ofHours(1));
        client.expect(Disconnect.class);
        client.expectClosed();
    }

    @ParameterizedTest
    @EnumSource
    void whatHasExpiredBeforeIsRefused(ProtocolVersion version) {
        use(authenticator());
        expiresAt = in(0);
        TestClient client = broker.client(version);
        client.send(Packets.connect(version, "c").build());
        assertThat(client.expect(ConnAck.class).reasonCode()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        client.expectClosed();
        assertThat(broker.broker().connections()).isZero();
    }

    @Test
    void reauthenticationSetsTheNewEnd() {
        Riddles riddles = new Riddles();
        riddles.questions = 0;
        use(riddles);
        riddles.expiresAt = in(100);
        TestClient client = broker.client(ProtocolVersion.V5);
        client.connect(
                Packets.connect(ProtocolVersion.V5, "c")
                        .with(Property.AUTHENTICATION_METHOD, Riddles.METHOD)
                        .build());
        Auth again =
                new Auth(
                        ReasonCode.RE_AUTHENTICATE,
                        Properties.of(Property.AUTHENTICATION_METHOD, Riddles.METHOD));
        for (int i = 0; i < 3; i++) {
            broker.advance(Duration.ofSeconds(90));
            riddles.expiresAt = in(100);
            client.send(again);
            assertThat(client.expect(Auth.class).reasonCode()).isEqualTo(ReasonCode.SUCCESS);
        }
        broker.advance(Duration.ofSeconds(99));
        client.expectNothing();
        broker.advance(Duration.ofSeconds(2));
        assertThat(client.expect(Disconnect.class).reasonCode())
                .isEqualTo(ReasonCode.NOT_AUTHORIZED);
        client.expectClosed();
    }

    @Test
    void reauthenticationThatHasExpiredFails() {
        Riddles riddles = new Riddles();
        riddles.questions = 0;
        use(riddles);
        TestClient client = broker.client(ProtocolVersion.V5);
        client.connect(
                Packets.connect(ProtocolVersion.V5, "c")
                        .with(Property.AUTHENTICATION_METHOD, Riddles.METHOD)
                        .build());
        riddles.expiresAt = in(-1);
        client.send(
                new Auth(
                        ReasonCode.RE_AUTHENTICATE,
                        Properties.of(Property.AUTHENTICATION_METHOD, Riddles.METHOD)));
        assertThat(client.expect(Disconnect.class).reasonCode())
                .isEqualTo(ReasonCode.NOT_AUTHORIZED);
        client.expectClosed();
    }

    // --- the Client Identifier ------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(
            value = ProtocolVersion.class,
            names = {"V3_1_1", "V5"})
    void emptyClientIdentifierBecomesThatOfTheAuthentication(ProtocolVersion version) {
        use(authenticator());
        clientId = "device-7";
        TestClient client = broker.client(version);
        ConnAck connAck = client.connect(Packets.connect(version, "").build());
        assertThat(connAck.properties().get(Property.ASSIGNED_CLIENT_IDENTIFIER))
                .isEqualTo(version.isV5() ? "device-7" : null);
        TestClient second = connect(version, "device-7"); // which is the same session
        if (version.isV5()) {
            assertThat(client.expect(Disconnect.class).reasonCode())
                    .isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
        }
        client.expectClosed();
        second.expectNothing();
    }

    /** The session, the take-over and the home shard are those of the identity. */
    @ParameterizedTest
    @EnumSource
    void clientIdentifierOfTheAuthenticationCounts(ProtocolVersion version) {
        use(authenticator());
        clientId = "device-7";
        TestClient first = connect(version, "device-8");
        TestClient second = connect(version, "device-9");
        if (version.isV5()) {
            assertThat(first.expect(Disconnect.class).reasonCode())
                    .isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
        }
        first.expectClosed();
        second.expectNothing();
        clientId = "";
        connect(version, "device-8").expectNothing();
        second.expectNothing();
        connect(version, "device-7");
        assertThat(second.isOpen()).isFalse();
    }

    /** Authentication Data belongs to a method only [v5 MQTT-4.12.0-6]. */
    @Test
    void dataWithoutAMethodIsNotReturned() {
        use(authenticator());
        ConnAck connAck =
                broker.client(ProtocolVersion.V5)
                        .connect(Packets.connect(ProtocolVersion.V5, "c").build());
        assertThat(connAck.properties().has(Property.AUTHENTICATION_METHOD)).isFalse();
        assertThat(connAck.properties().has(Property.AUTHENTICATION_DATA)).isFalse();
    }
}
