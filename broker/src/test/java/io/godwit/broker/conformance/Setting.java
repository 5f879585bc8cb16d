package io.godwit.broker.conformance;

import io.godwit.broker.limits.LimitsBuilder;
import io.godwit.broker.simulation.ConnectBuilder;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.Publish;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a conversation is held in: a version of the protocol, and a broker with so many shards. With
 * three the seed decides which of them goes on.
 */
record Setting(ProtocolVersion version, int shards) {

    private static final int MOST_SHARDS = 3;

    /** Runs a test for each version with 1, 2 and 3 shards. */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @ParameterizedTest
    @MethodSource("io.godwit.broker.conformance.Setting#each")
    @interface Each {}

    /** Runs a test for version 5 with 1, 2 and 3 shards. */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @ParameterizedTest
    @MethodSource("io.godwit.broker.conformance.Setting#eachOfV5")
    @interface EachV5 {}

    /** Runs a test for versions 3.1 and 3.1.1 with 1, 2 and 3 shards. */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @ParameterizedTest
    @MethodSource("io.godwit.broker.conformance.Setting#eachOfV3")
    @interface EachV3 {}

    static Stream<Setting> each() {
        return of(EnumSet.allOf(ProtocolVersion.class));
    }

    static Stream<Setting> eachOfV5() {
        return of(EnumSet.of(ProtocolVersion.V5));
    }

    static Stream<Setting> eachOfV3() {
        return of(EnumSet.of(ProtocolVersion.V3_1, ProtocolVersion.V3_1_1));
    }

    private static Stream<Setting> of(Set<ProtocolVersion> versions) {
        return versions.stream()
                .flatMap(version ->
                        IntStream.rangeClosed(1, MOST_SHARDS)
                                .mapToObj(shards -> new Setting(version, shards)));
    }

    boolean isV5() {
        return version.isV5();
    }

    SimulatedBroker broker() {
        return options().start();
    }

    SimulatedBroker broker(Consumer<LimitsBuilder> limits) {
        return options().limits(limits).start();
    }

    SimulatedBroker.Options options() {
        SimulatedBroker.Options options = SimulatedBroker.options().shards(shards).seed(7);
        return shards == MOST_SHARDS ? options.shuffled() : options;
    }

    /** A client that lives on the first shard. */
    TestClient publisher(SimulatedBroker broker) {
        return broker.connect(version, broker.clientIdOn(0, "pub"));
    }

    /** A client that lives on the last shard; of several each lives on the shard before. */
    TestClient subscriber(SimulatedBroker broker, int number) {
        return subscriber(broker, number, connect -> connect);
    }

    /** The same with a CONNECT of its own. */
    TestClient subscriber(
            SimulatedBroker broker, int number, UnaryOperator<ConnectBuilder> change) {
        String clientId = clientId(broker, number);
        return broker.connect(change.apply(Packets.connect(version, clientId)).build());
    }

    /** A subscriber that resumes its session and acknowledges whatever comes. */
    TestClient resumed(SimulatedBroker broker, int number) {
        TestClient client = broker.client(version).acknowledging();
        client.connect(Packets.connect(version, clientId(broker, number)).persistent().build());
        return client;
    }

    /** The Client Identifier of a subscriber. */
    String clientId(SimulatedBroker broker, int number) {
        return broker.clientIdOn(Math.floorMod(-1 - number, shards), "sub" + number + "-");
    }

    @Override
    public String toString() {
        return version + " with " + shards + (shards == 1 ? " shard" : " shards");
    }

    /** The payloads of all that a client has received, which must be messages. */
    static List<String> texts(TestClient client) {
        return client.takeAll().stream().map(Publish.class::cast).map(Packets::text).toList();
    }
}
