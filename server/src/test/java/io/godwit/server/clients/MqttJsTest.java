package io.godwit.server.clients;

import io.godwit.codec.ProtocolVersion;
import io.godwit.server.clients.ClientLibrary.Feature;
import java.util.EnumSet;
import java.util.List;

/** MQTT.js on Node. */
final class MqttJsTest extends ClientContract {

    @Override
    ClientLibrary open() throws Exception {
        return new ProcessLibrary(
                "MQTT.js",
                List.of(ProtocolVersion.values()),
                // User properties are an object there: it gathers the values of a name.
                EnumSet.complementOf(EnumSet.of(Feature.USER_PROPERTY_ORDER)),
                ProcessLibrary.program(
                        "node", ProcessLibrary.script("node/mqttjs_client.js").toString()));
    }
}
