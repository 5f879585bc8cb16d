package io.godwit.server.clients;

import io.godwit.codec.ProtocolVersion;
import io.godwit.server.clients.BrokerUnderTest.Embedded;
import io.godwit.server.clients.ClientLibrary.Feature;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** MQTT.js on Node, over secure WebSocket. */
final class MqttJsOverSecureWebSocketTest extends ClientContract {

    @TempDir private static Path directory;

    @Override
    BrokerUnderTest startBroker() throws Exception {
        SelfSigned.make(directory);
        return Embedded.startSecureWebSocket(
                SelfSigned.certificate(directory), SelfSigned.key(directory));
    }

    @Override
    ClientLibrary open() throws Exception {
        return new ProcessLibrary(
                "MQTT.js",
                List.of(ProtocolVersion.V5),
                EnumSet.complementOf(EnumSet.of(Feature.USER_PROPERTY_ORDER)),
                ProcessLibrary.program(
                        "node",
                        ProcessLibrary.script("node/mqttjs_client.js").toString(),
                        "wss",
                        SelfSigned.certificate(directory).toString()));
    }
}
