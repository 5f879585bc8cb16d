package io.godwit.gateway.sn;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.gateway.sn.LossyDevice.Publisher;
import io.godwit.gateway.sn.LossyDevice.Subscriber;
import io.godwit.gateway.sn.codec.SnVersion;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Three of ten datagrams are lost, one of ten comes twice, many overtake others, and a sleeping
 * client moves: what was acknowledged arrives all the same, at QoS 2 once. A seed repeats itself.
 */
class LossyNetworkTest {

    private static final int MESSAGES = 30;

    /** Steps within which all must have arrived: some hours. */
    private static final int MOST_STEPS = 1_000_000;

    static Stream<Arguments> seeds() {
        return LongStream.rangeClosed(1, Long.getLong("godwit.sn.seeds", 40))
                .boxed()
                .flatMap(seed -> Stream.of(SnVersion.values()).map(it -> Arguments.of(it, seed)));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsAcknowledgedArrives(SnVersion version, long seed) {
        SimulatedNetwork network = new SimulatedNetwork(version, seed);
        Subscriber subscriber = new Subscriber(network);
        Publisher publisher = new Publisher(network, MESSAGES);
        int steps = 0;
        while (!subscriber.isSubscribed()) {
            subscriber.step();
            network.step();
        }
        while (!publisher.isDone() || distinct(subscriber.got()).size() < MESSAGES) {
            subscriber.step();
            publisher.step();
            network.step();
            assertThat(++steps)
                    .as("%s of %s", subscriber.got(), publisher.acknowledged())
                    .isLessThan(MOST_STEPS);
        }
        for (int i = 0; i < 10_000; i++) { // what may still come
            subscriber.step();
            network.step();
        }
        assertThat(publisher.acknowledged()).hasSize(MESSAGES);
        assertThat(distinct(subscriber.got())).containsExactlyElementsOf(publisher.acknowledged());
        assertThat(subscriber.got().stream().filter(it -> it.startsWith("two")))
                .doesNotHaveDuplicates();
        assertThat(network.count(SnCounter.RETRANSMITTED)).isPositive();
        assertThat(subscriber.wakes()).isPositive();
    }

    private static List<String> distinct(List<String> all) {
        return List.copyOf(new LinkedHashSet<>(all));
    }
}
