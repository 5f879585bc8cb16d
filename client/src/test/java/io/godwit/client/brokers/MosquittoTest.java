package io.godwit.client.brokers;

import java.io.IOException;
import java.nio.file.Path;

/** The contract with Debian's mosquitto. */
class MosquittoTest extends BrokerContract {

    @Override
    TestBroker start(Path dataDir) throws IOException {
        return BrokerProcess.mosquitto(dataDir);
    }
}
