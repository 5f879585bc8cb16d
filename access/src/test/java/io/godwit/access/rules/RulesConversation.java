package io.godwit.access.rules;

import static io.godwit.broker.simulation.Packets.publish;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.access.rules.Rule.Placeholders;
import io.godwit.broker.Reauthorized;
import io.godwit.broker.auth.Authenticator.Accepted;
import io.godwit.broker.auth.Authorizer;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.Permit;
import io.godwit.broker.simulation.ConnectBuilder;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Connect;
import io.godwit.codec.Packet;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.Publish;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;

/** A whole broker whose rules a test changes. */
abstract class RulesConversation {

    /** A user that may do more than the rules say. */
    static final String WITH_TOKEN = "with a token";

    private static final Permit PERMIT = new Permit(true, Permit.Action.PUBLISH, "w");

    RuleAuthorizer rules = rules("allow all #");
    SimulatedBroker broker = options().start();

    SimulatedBroker.Options options() {
        Authorizer current = (identity, origin) -> rules.permissionsOf(identity, origin);
        return SimulatedBroker.options()
                .authenticator((credentials, decided) ->
                        decided.accept(
                                new Accepted(
                                        new Identity(
                                                credentials.clientId(),
                                                credentials.userName(),
                                                Set.of(),
                                                WITH_TOKEN.equals(credentials.userName())
                                                        ? List.of(PERMIT)
                                                        : List.of()))))
                .authorizer(current);
    }

    @AfterEach
    void nothingFailed() {
        broker.close();
    }

    /** Rules such as {@code deny publish,will a/# 1}; the number is the QoS. */
    static RuleAuthorizer rules(String... lines) {
        List<Rule> rules = new ArrayList<>();
        for (String line : lines) {
            String[] words = line.split(" ");
            Set<Action> actions =
                    words[1].equals("all")
                            ? Action.ALL
                            : Set.of(
                                    List.of(words[1].split(",")).stream()
                                            .map(word ->
                                                    Action.valueOf(word.toUpperCase(Locale.ROOT)))
                                            .toArray(Action[]::new));
            rules.add(
                    new Rule(
                            words[0].equals("allow"),
                            actions,
                            words[2],
                            Placeholders.ONE_LEVEL,
                            Who.ANYBODY,
                            words.length > 3 ? Integer.parseInt(words[3]) : 2,
                            "conf:" + (rules.size() + 1)));
        }
        return new RuleAuthorizer(rules, null, null, false);
    }

    TestClient connect(String clientId) {
        return connect(clientId, it -> it);
    }

    TestClient connect(String clientId, UnaryOperator<ConnectBuilder> change) {
        Connect connect = change.apply(Packets.connect(ProtocolVersion.V5, clientId)).build();
        return broker.connect(connect).acknowledging();
    }

    TestClient resume(String clientId) {
        return connect(clientId, ConnectBuilder::persistent);
    }

    /** Puts other rules in force, also for the clients that are there. */
    Reauthorized change(String... lines) {
        rules = rules(lines);
        return done(broker.broker().reauthorize());
    }

    <T> T done(CompletableFuture<T> future) {
        broker.run();
        assertThat(future).isDone();
        return future.join();
    }

    static List<String> texts(TestClient client) {
        List<String> texts = new ArrayList<>();
        for (Packet packet : client.takeAll()) {
            if (packet instanceof Publish publish) {
                texts.add(Packets.text(publish));
            }
        }
        return texts;
    }
}
