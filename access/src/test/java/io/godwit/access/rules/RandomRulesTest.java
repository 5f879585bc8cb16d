package io.godwit.access.rules;

import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.retain;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.access.rules.ReferenceRules.Plain;
import io.godwit.access.rules.Rule.Placeholders;
import io.godwit.broker.auth.Authenticator.Accepted;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Packet;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random clients on a broker with random rules, which change: what is delivered is what the plain
 * rules of {@link ReferenceRules} allow, and to clients that are connected no less.
 */
class RandomRulesTest {

    private static final int RUNS = 150;
    private static final int STEPS = 150;
    private static final List<String> CLIENTS = List.of("c1", "c2", "c3", "c4");
    private static final List<String> FILTERS =
            List.of(
                    "#", "+", "a", "a/#", "a/+", "+/b", "a/b", "%c", "a/%c", "%c/#", "%u/+",
                    "a/%u");
    private static final List<String> ASKED =
            List.of("#", "+", "a", "a/#", "a/+", "+/b", "a/b", "c1", "a/c2", "c3/#", "u1/+", "+/+");
    private static final List<String> TOPICS =
            List.of("a", "a/b", "b", "c1", "c2/x", "a/c1", "a/c2", "u1/x", "u2/b", "c3", "a/u1");

    /** All topics of which it is asked whether one filter covers another. */
    private static final List<String> UNIVERSE =
            ReferenceRules.topics(List.of("a", "b", "c1", "c2", "c3", "c4", "u1", "u2", "new"), 3);

    static List<Long> seeds() {
        return new Random(5).longs(RUNS).boxed().toList();
    }

    /** A client as it is believed to be. */
    private static final class Believed {
        private final String clientId;
        private final @Nullable String userName;
        private @Nullable TestClient connection;
        private final Map<String, Integer> subscriptions = new HashMap<>();
        private final Set<String> due = new HashSet<>();

        Believed(String clientId, @Nullable String userName) {
            this.clientId = clientId;
            this.userName = userName;
        }

        List<Plain> own(List<Plain> rules) {
            return ReferenceRules.of(rules, clientId, userName);
        }
    }

    private final List<Believed> clients = new ArrayList<>();
    private final Map<String, String> topicOfMessage = new HashMap<>();
    private List<Plain> plain = List.of();
    private RuleAuthorizer rules = new RuleAuthorizer(List.of(), null, false, false);

    @ParameterizedTest
    @MethodSource("seeds")
    void nothingIsDeliveredThatIsNotAllowedAndNothingLess(long seed) {
        Random random = new Random(seed);
        SimulatedBroker.Options options =
                SimulatedBroker.options()
                        .seed(seed)
                        .shuffled()
                        .authenticator((credentials, decided) ->
                                decided.accept(
                                        new Accepted(
                                                new Identity(
                                                        credentials.clientId(),
                                                        credentials.userName()))))
                        .authorizer((client, origin) -> rules.permissionsOf(client, origin));
        for (String clientId : CLIENTS) {
            String userName = random.nextInt(3) == 0 ? null : "u" + (1 + random.nextInt(2));
            clients.add(new Believed(clientId, userName));
        }
        draw(random);
        try (SimulatedBroker broker = options.start()) {
            for (int step = 0; step < STEPS; step++) {
                step(broker, random, clients.get(random.nextInt(clients.size())), step);
                clients.forEach(this::take);
            }
        }
    }

    private void step(SimulatedBroker broker, Random random, Believed client, int step) {
        TestClient connection = client.connection;
        if (connection == null) {
            connect(broker, client);
            return;
        }
        switch (random.nextInt(12)) {
            case 0 -> {
                connection.drop();
                client.connection = null;
                client.due.clear();
            }
            case 1 -> change(broker, random);
            case 2, 3, 4 -> subscribe(connection, client, pick(random, ASKED), random.nextInt(3));
            default -> publish(connection, client, random, step);
        }
    }

    private void connect(SimulatedBroker broker, Believed client) {
        client.connection =
                broker.connect(
                                Packets.connect(ProtocolVersion.V5, client.clientId)
                                        .credentials(client.userName, null)
                                        .persistent()
                                        .build())
                        .acknowledging();
        revoke(client);
    }

    private void subscribe(TestClient connection, Believed client, String filter, int qos) {
        connection.send(Packets.subscribe(connection.nextPacketId(), qos, filter));
        ReasonCode code = connection.take(SubAck.class).reasonCodes().getFirst();
        boolean expected = ReferenceRules.maySubscribe(client.own(plain), filter, UNIVERSE);
        assertThat(!code.isError()).as(filter + " by " + client.clientId).isEqualTo(expected);
        if (expected) {
            client.subscriptions.put(filter, qos);
        }
    }

    private void publish(TestClient connection, Believed client, Random random, int step) {
        String topic = pick(random, TOPICS);
        String text = "m" + step;
        topicOfMessage.put(text, topic);
        boolean isRetained = random.nextInt(4) == 0;
        Publish plainly = Packets.publish(topic, text, random.nextInt(3), 0);
        boolean isAllowed = ReferenceRules.mayPublish(client.own(plain), topic, isRetained);
        if (isAllowed) {
            clients.forEach(other -> expect(other, topic, text));
        } else {
            topicOfMessage.put(text, "nowhere");
        }
        ReasonCode code = connection.publish(isRetained ? retain(plainly) : plainly);
        if (plainly.qos() > 0) {
            assertThat(code == ReasonCode.NOT_AUTHORIZED).isEqualTo(!isAllowed);
        }
    }

    private void expect(Believed client, String topic, String text) {
        boolean matches =
                client.subscriptions.keySet().stream()
                        .anyMatch(filter -> ReferenceRules.matches(filter, topic));
        if (client.connection != null
                && matches
                && ReferenceRules.mayReceive(client.own(plain), topic)) {
            client.due.add(text);
        }
    }

    private void take(Believed client) {
        TestClient connection = client.connection;
        if (connection == null) {
            return;
        }
        for (Packet packet : connection.takeAll()) {
            if (packet instanceof Publish publish) {
                String topic = connection.topicOf(publish);
                String text = Packets.text(publish);
                assertThat(topicOfMessage.get(text)).as(text).isEqualTo(topic);
                assertThat(ReferenceRules.mayReceive(client.own(plain), topic))
                        .as("%s on %s for %s by %s", text, topic, client.clientId, plain)
                        .isTrue();
                client.due.remove(text);
            }
        }
        assertThat(client.due).as("what %s misses by %s", client.clientId, plain).isEmpty();
    }

    // --- rules ----------------------------------------------------------------------------------

    private void change(SimulatedBroker broker, Random random) {
        draw(random);
        int revoked = 0;
        for (Believed client : clients) {
            revoked += client.connection == null ? 0 : revoke(client);
        }
        var would = broker.broker().wouldRevoke(rules);
        broker.run();
        assertThat(would.join().revoked()).isEqualTo(revoked);
        var done = broker.broker().reauthorize();
        broker.run();
        assertThat(done.join()).isEqualTo(would.join());
    }

    private int revoke(Believed client) {
        int before = client.subscriptions.size();
        client.subscriptions
                .keySet()
                .removeIf(filter ->
                        !ReferenceRules.maySubscribe(client.own(plain), filter, UNIVERSE));
        return before - client.subscriptions.size();
    }

    private void draw(Random random) {
        List<Plain> drawn = new ArrayList<>();
        List<Rule> written = new ArrayList<>();
        int count = 1 + random.nextInt(random.nextBoolean() ? 6 : 20);
        for (int i = 0; i < count; i++) {
            Set<Action> actions = EnumSet.noneOf(Action.class);
            for (Action action : Action.values()) {
                if (random.nextInt(2) == 0) {
                    actions.add(action);
                }
            }
            String user = random.nextInt(4) == 0 ? "u1" : null;
            boolean isAllowed = random.nextInt(5) > 1;
            String filter = pick(random, FILTERS);
            drawn.add(new Plain(isAllowed, actions, filter, user));
            Who who =
                    user == null
                            ? Who.ANYBODY
                            : new Who(new Glob(user), false, null, null, null, null);
            written.add(
                    new Rule(isAllowed, actions, filter, Placeholders.ONE_LEVEL, who, 2, "r:" + i));
        }
        plain = drawn;
        rules = new RuleAuthorizer(written, null, null, false);
    }

    private static <T> T pick(Random random, List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
