package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.subscribe;
import static io.godwit.broker.simulation.Packets.unsubscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.codec.UnsubAck;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What subscriptions cost counts against {@code limits.memory}. */
class SubscriptionMemoryTest extends Conversation {

    /** Such filters may each take a place of their own in the index for every level. */
    @Test
    void filtersOfManyLevelsAreGrantedAsFarAsMemoryGoes() {
        use(SimulatedBroker.options().limits(l -> l.memory(1_000_000)));
        TestClient client = connect(ProtocolVersion.V5, "c");
        String[] filters =
                IntStream.range(0, 500)
                        .mapToObj(i -> i + "/a".repeat(98) + "/+")
                        .toArray(String[]::new);
        client.send(subscribe(1, 0, filters));
        SubAck subAck = client.expect(SubAck.class);
        assertThat(subAck.reasonCodes())
                .contains(ReasonCode.QUOTA_EXCEEDED)
                .filteredOn(code -> code == ReasonCode.SUCCESS)
                .hasSizeBetween(30, 50);
        client.send(unsubscribe(2, filters)).expect(UnsubAck.class);
        client.send(subscribe(3, 0, filters));
        assertThat(client.expect(SubAck.class).reasonCodes()).isEqualTo(subAck.reasonCodes());
        client.disconnect();
        assertThat(broker.memoryUsed()).isZero();
    }

    @Test
    void subscriptionIsReplacedEvenWhenMemoryIsUsedUp() {
        use(SimulatedBroker.options().limits(l -> l.memory(1_000_000)));
        TestClient client = connect(ProtocolVersion.V5, "c");
        String[] filters =
                IntStream.range(0, 500)
                        .mapToObj(i -> i + "/a".repeat(98) + "/+")
                        .toArray(String[]::new);
        client.send(subscribe(1, 0, filters));
        assertThat(client.expect(SubAck.class).reasonCodes()).contains(ReasonCode.QUOTA_EXCEEDED);
        client.send(subscribe(2, 1, filters[0]));
        assertThat(client.expect(SubAck.class).reasonCodes())
                .containsExactly(ReasonCode.GRANTED_QOS_1);
        client.disconnect();
        assertThat(broker.memoryUsed()).isZero();
    }
}
