package io.godwit.server.clients;

import io.godwit.codec.ProtocolVersion;
import io.godwit.server.clients.BrokerUnderTest.Embedded;
import io.godwit.server.clients.ClientLibrary.Feature;
import java.util.EnumSet;
import java.util.List;

/** MQTT.js on Node, over WebSocket. */
final class MqttJsOverWebSocketTest extends ClientContract {

    @Override
    BrokerUnderTest startBroker() throws Exception {
        return Embedded.startWebSocket(List.of());
    }

    @Override
    ClientLibrary open() throws Exception {
        return new ProcessLibrary(
                "MQTT.js",
                List.of(ProtocolVersion.values()),
                EnumSet.complementOf(EnumSet.of(Feature.USER_PROPERTY_ORDER)),
                ProcessLibrary.program(
                        "node", ProcessLibrary.script("node/mqttjs_client.js").toString(), "ws"));
    }
}
