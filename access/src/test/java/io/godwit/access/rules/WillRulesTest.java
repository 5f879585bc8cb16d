package io.godwit.access.rules;

import static io.godwit.broker.simulation.Packets.will;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.access.rules.Rule.Placeholders;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedDisk;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wills are held to the rules, in CONNECT and when they are published. */
class WillRulesTest extends RulesConversation {

    @Test
    void aWillThatIsDeniedRefusesTheConnection() {
        rules = rules("deny will w", "allow all #");
        TestClient client = broker.client(ProtocolVersion.V5);
        client.send(Packets.connect(ProtocolVersion.V5, "c").will(will("w", "gone", 0)).build());
        ConnAck answer = client.expect(ConnAck.class);
        assertThat(answer.reasonCode()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(answer.properties().toString()).doesNotContain("conf:1");
        client.expectClosed();
        assertThat(broker.count(Counter.WILL_DENIED)).isEqualTo(1);
    }

    @Test
    void aWillIsCheckedAgainWhenItIsPublished() {
        TestClient sub = connect("sub").subscribe(1, "w");
        TestClient client = connect("c", it -> it.will(will("w", "gone", 1)));
        change("deny will w", "allow all #");
        client.drop();
        assertThat(texts(sub)).isEmpty();
        assertThat(broker.count(Counter.WILL_DENIED)).isEqualTo(1);
        assertThat(broker.count(Counter.WILLS_PUBLISHED)).isZero();
        change("allow all #");
        connect("c", it -> it.will(will("w", "gone", 1))).drop();
        assertThat(texts(sub)).containsExactly("gone");
    }

    private static RuleAuthorizer annasWillAlone() {
        Who anna = new Who(new Glob("anna"), false, null, null, null, null);
        Rule wills =
                new Rule(
                        true,
                        Set.of(Action.WILL),
                        "w/%c",
                        Placeholders.ONE_LEVEL,
                        anna,
                        2,
                        "conf:1");
        Rule reading = Rule.of(true, Set.of(Action.SUBSCRIBE), "#", "conf:2");
        return new RuleAuthorizer(List.of(wills, reading), null, null, false);
    }

    /** Its client has gone before the rules change, and the will comes after. */
    @ParameterizedTest
    @CsvSource({"anna, true", "eve, false", ", false"})
    void aWillThatIsDelayedIsHeldToTheRulesAsTheyAreThen(@Nullable String user, boolean isAllowed) {
        TestClient sub = connect("sub").subscribe(1, "w/#");
        Properties delay = Properties.of(Property.WILL_DELAY_INTERVAL, 60L);
        connect(
                        "c",
                        it ->
                                it.persistent()
                                        .credentials(user, null)
                                        .will(will("w/c", "gone", 1, false, delay)))
                .drop();
        rules = annasWillAlone();
        done(broker.broker().reauthorize());
        broker.advance(Duration.ofSeconds(61));
        assertThat(texts(sub)).hasSize(isAllowed ? 1 : 0);
        assertThat(broker.count(Counter.WILL_DENIED)).isEqualTo(isAllowed ? 0 : 1);
        assertThat(broker.count(Counter.WILLS_PUBLISHED)).isEqualTo(isAllowed ? 1 : 0);
    }

    /** What its token had allowed is not stored, and counts as long as the rules are the same. */
    @Test
    void aDelayedWillIsHeldToWhatItsClientMightDo() {
        rules = rules("allow subscribe #");
        TestClient sub = connect("sub").subscribe(1, "w");
        Properties delay = Properties.of(Property.WILL_DELAY_INTERVAL, 60L);
        connect(
                        "c",
                        it ->
                                it.persistent()
                                        .credentials(WITH_TOKEN, null)
                                        .will(will("w", "gone", 1, false, delay)))
                .drop();
        done(broker.broker().wouldRevoke(rules("allow subscribe #")));
        broker.advance(Duration.ofSeconds(61));
        assertThat(texts(sub)).containsExactly("gone");
    }

    /** Its client has not come back since the broker started; its session has an owner. */
    @ParameterizedTest
    @CsvSource({"anna, true", "eve, false", ", false"})
    void aRecoveredWillIsCheckedWhenItIsPublished(@Nullable String user, boolean isAllowed) {
        broker.close();
        SimulatedDisk disk = new SimulatedDisk(7);
        broker =
                options()
                        .disk(disk, SimulatedDisk.Durability.PROCESS, Duration.ofMinutes(1))
                        .start();
        connect("c", it -> it.persistent().credentials(user, null).will(will("w/c", "gone", 1)));
        broker.crash();
        disk.crash();
        rules = annasWillAlone();
        broker.restart();
        TestClient sub = connect("sub").subscribe(1, "w/#");
        broker.advance(Duration.ofSeconds(61));
        assertThat(texts(sub)).hasSize(isAllowed ? 1 : 0);
        assertThat(broker.count(Counter.WILL_DENIED)).isEqualTo(isAllowed ? 0 : 1);
        assertThat(broker.count(Counter.WILLS_PUBLISHED)).isEqualTo(isAllowed ? 1 : 0);
        broker.crash();
        disk.crash();
        broker.restart();
        broker.advance(Duration.ofSeconds(61));
        assertThat(broker.count(Counter.WILL_DENIED)).isZero(); // it is gone for good
        assertThat(broker.count(Counter.WILLS_PUBLISHED)).isZero();
    }
}
