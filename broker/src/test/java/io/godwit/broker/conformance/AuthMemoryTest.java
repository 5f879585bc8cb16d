package io.godwit.broker.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.auth.Authenticator;
import io.godwit.broker.auth.Authenticator.Accepted;
import io.godwit.broker.auth.Authenticator.Challenged;
import io.godwit.broker.auth.Authenticator.Decision;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.ConnectBuilder;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Auth;
import io.godwit.codec.Binary;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What AUTH takes until it is decided. */
class AuthMemoryTest extends Conversation {

    private static final ProtocolVersion V5 = ProtocolVersion.V5;
    private static final int LARGE = 60_000;

    /** What clients wait for, in the order in which they came. */
    private final List<Consumer<Decision>> waiting = new ArrayList<>();

    /** Nearly as much data as an AUTH may have. */
    private static Auth large(ReasonCode code) {
        return auth(code, "x".repeat(LARGE));
    }

    private static Auth auth(ReasonCode code, String data) {
        return new Auth(
                code,
                Properties.builder()
                        .add(Property.AUTHENTICATION_METHOD, Riddles.METHOD)
                        .add(Property.AUTHENTICATION_DATA, new Binary(data.getBytes(UTF_8)))
                        .build());
    }

    private TestClient challenged(String clientId) {
        TestClient client = broker.client(V5);
        ConnectBuilder connect = Packets.connect(V5, clientId);
        client.send(connect.with(Property.AUTHENTICATION_METHOD, Riddles.METHOD).build());
        client.expect(Auth.class);
        return client;
    }

    private void decide(int which, String clientId) {
        waiting.get(which).accept(new Accepted(new Identity(clientId, "u")));
    }

    @Test
    void answersOfAnExchangeCountUntilTheyAreDecided() {
        Authenticator asking =
                (credentials, decided) -> {
                    if (credentials.known() == null) {
                        decided.accept(new Challenged(new byte[0], (_, then) -> waiting.add(then)));
                    } else {
                        waiting.add(decided);
                    }
                };
        use(
                SimulatedBroker.options()
                        .limits(limits -> limits.memory(500_000))
                        .authenticator(asking));
        List<TestClient> clients = new ArrayList<>();
        for (int i = 0; i < 9; i++) { // there is room for eight
            TestClient client = challenged("c" + i);
            clients.add(client.send(large(ReasonCode.CONTINUE_AUTHENTICATION)));
        }
        TestClient refused = clients.removeLast();
        assertThat(refused.expect(ConnAck.class).reasonCode()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        refused.expectClosed();
        assertThat(broker.count(Counter.CONNECTIONS_OVER_MEMORY)).isEqualTo(1);
        assertThat(broker.broker().memoryUsed()).isBetween(8L * LARGE, 500_000L);
        for (int i = 0; i < 8; i++) {
            decide(i, "c" + i);
            clients.get(i).expect(ConnAck.class);
        }
        long sessions = broker.memoryUsed();
        assertThat(sessions).isLessThan(8 * 2_000);
        for (TestClient client : clients) { // once more, while messages may flow
            client.send(large(ReasonCode.RE_AUTHENTICATE)).expectNothing();
        }
        assertThat(broker.memoryUsed()).isGreaterThan(sessions + 7 * LARGE);
        for (int i = 0; i < 7; i++) {
            decide(8 + i, "c" + i);
            clients.get(i).expect(Auth.class);
        }
        clients.getLast().drop();
        decide(15, "c7");
        assertThat(broker.memoryUsed()).isLessThanOrEqualTo(sessions);
    }

    @Test
    void reauthenticationThatThereIsNoMemoryForEndsTheConnection() {
        use(
                SimulatedBroker.options()
                        .limits(limits -> limits.memory(LARGE - 1))
                        .authenticator(new Riddles()));
        TestClient client = challenged("c");
        client.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, "a1")).expect(ConnAck.class);
        client.send(large(ReasonCode.RE_AUTHENTICATE));
        assertThat(client.expect(Disconnect.class).reasonCode())
                .isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        client.expectClosed();
        assertThat(broker.memoryUsed()).isZero();
    }
}
