package io.godwit.access.authentication.scram;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.access.authentication.AuthenticatorChain;
import io.godwit.access.authentication.ClientIdRule;
import io.godwit.broker.auth.Origin;
import io.godwit.broker.protection.ProtectionSettings;
import io.godwit.broker.protection.ProtectionSettings.BruteForce;
import io.godwit.broker.protection.ProtectionSettings.Flapping;
import io.godwit.broker.protection.ProtectionSettings.PublishRate;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Auth;
import io.godwit.codec.Binary;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Guesses at a password by SCRAM, which names its user where CONNECT has no user name. */
class ScramGuessesTest {

    private static final String HERE = "10.1.1.1";

    private final SimulatedBroker broker =
            SimulatedBroker.options()
                    .authenticator(
                            new AuthenticatorChain(
                                    List.of(new ScramLink(users(), new SecureRandom())),
                                    _ -> false,
                                    ClientIdRule.ANY))
                    .protection(
                            new ProtectionSettings(
                                    false,
                                    0,
                                    0,
                                    PublishRate.NONE,
                                    new BruteForce(
                                            3,
                                            0,
                                            Duration.ofMinutes(1),
                                            Duration.ofMinutes(5),
                                            Duration.ofSeconds(1)),
                                    Flapping.NONE,
                                    Map.of()))
                    .start();

    private static ScramUsers users() {
        ScramKeys keys = ScramKeys.of(ScramHash.SHA_256, "secret", new byte[16], 4_096);
        return new ScramUsers(Map.of("bob", keys, "ada", keys), () -> 7);
    }

    @AfterEach
    void nothingFailed() {
        broker.close();
    }

    private static Properties properties(ScramClient client, byte[] data) {
        return Properties.builder()
                .add(Property.AUTHENTICATION_METHOD, client.method())
                .add(Property.AUTHENTICATION_DATA, new Binary(data))
                .build();
    }

    private ReasonCode guess(String address, String user, String password) {
        ScramClient scram = new ScramClient(ScramHash.SHA_256, user, password);
        TestClient client =
                broker.client(
                        ProtocolVersion.V5, Origin.tcp("tcp", InetAddress.ofLiteral(address), 5));
        client.send(
                Packets.connect(ProtocolVersion.V5, "c-" + user)
                        .with(Property.AUTHENTICATION_METHOD, scram.method())
                        .with(Property.AUTHENTICATION_DATA, new Binary(scram.first()))
                        .build());
        Binary challenge = client.expect(Auth.class).properties().get(Property.AUTHENTICATION_DATA);
        byte[] last = scram.last(Objects.requireNonNull(challenge).bytes());
        client.send(new Auth(ReasonCode.CONTINUE_AUTHENTICATION, properties(scram, last)));
        broker.advance(Duration.ofSeconds(1)); // a refusal may come late
        return client.expect(ConnAck.class).reasonCode();
    }

    @Test
    void guessesCountForTheUserThatScramNames() {
        for (int i = 0; i < 3; i++) {
            assertThat(guess(HERE, "bob", "guess" + i)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        }
        assertThat(broker.count(Counter.BANS_FOR_FAILURES)).isEqualTo(1);
        assertThat(guess(HERE, "bob", "guess3")).isEqualTo(ReasonCode.BANNED);
        assertThat(guess(HERE, "bob", "secret")).isEqualTo(ReasonCode.BANNED);
        assertThat(guess(HERE, "ada", "secret")).isEqualTo(ReasonCode.SUCCESS);
        assertThat(guess("10.1.1.2", "bob", "secret")).isEqualTo(ReasonCode.SUCCESS);
    }

    /** Else the answer would say who exists. */
    @Test
    void guessesAtAUserThatThereIsNotCountLikeOthers() {
        for (int i = 0; i < 3; i++) {
            assertThat(guess(HERE, "eve", "guess" + i)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        }
        assertThat(guess(HERE, "eve", "guess3")).isEqualTo(ReasonCode.BANNED);
    }

    @Test
    void successForgetsTheFailuresOfItsUser() {
        for (int i = 0; i < 4; i++) {
            assertThat(guess(HERE, "bob", "guess")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            assertThat(guess(HERE, "bob", "guess")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            assertThat(guess(HERE, "bob", "secret")).isEqualTo(ReasonCode.SUCCESS);
        }
        assertThat(broker.count(Counter.BANS_FOR_FAILURES)).isZero();
    }
}
