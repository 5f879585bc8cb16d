package io.godwit.client.brokers;

import java.io.IOException;
import java.nio.file.Path;

/** The contract with Godwit. */
class GodwitTest extends BrokerContract {

    @Override
    TestBroker start(Path dataDir) throws IOException {
        return new GodwitBroker(dataDir);
    }
}
