package io.godwit.client.brokers;

import java.io.IOException;
import java.nio.file.Path;

/** The contract with HiveMQ CE. */
class HiveMqTest extends BrokerContract {

    @Override
    TestBroker start(Path dataDir) throws IOException {
        return BrokerProcess.hiveMq(dataDir);
    }
}
