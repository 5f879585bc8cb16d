package io.godwit.broker.conformance;

import io.godwit.broker.simulation.ConnectBuilder;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.ProtocolVersion;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;

/** Each test has a broker of its own, with the default limits until it starts another one. */
abstract class Conversation {

    SimulatedBroker broker = SimulatedBroker.start();

    /** Uses a broker with other options from now on. */
    void use(SimulatedBroker.Options options) {
        broker.close();
        broker = options.start();
    }

    @AfterEach
    void nothingFailed() {
        broker.close();
    }

    /** A client with Clean Start. */
    TestClient connect(ProtocolVersion version, String clientId) {
        return broker.connect(version, clientId);
    }

    /** A client whose CONNECT is changed. */
    TestClient connect(
            ProtocolVersion version, String clientId, UnaryOperator<ConnectBuilder> change) {
        return broker.connect(change.apply(Packets.connect(version, clientId)).build());
    }

    /** A client whose session is resumed and does not end. */
    TestClient resume(ProtocolVersion version, String clientId) {
        return connect(version, clientId, ConnectBuilder::persistent);
    }
}
