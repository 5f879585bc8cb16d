package io.godwit.server.clients;

import io.godwit.codec.ProtocolVersion;
import io.godwit.server.clients.BrokerUnderTest.Embedded;
import io.godwit.server.clients.ClientLibrary.Feature;
import java.util.EnumSet;
import java.util.List;

/** Paho for Python, over WebSocket. */
final class PahoPythonOverWebSocketTest extends ClientContract {

    @Override
    BrokerUnderTest startBroker() throws Exception {
        return Embedded.startWebSocket(List.of());
    }

    @Override
    ClientLibrary open() throws Exception {
        return new ProcessLibrary(
                "Paho Python",
                List.of(ProtocolVersion.values()),
                EnumSet.complementOf(
                        EnumSet.of(Feature.PUBLISH_REASON, Feature.RECEIVE_TOPIC_ALIAS)),
                ProcessLibrary.program(
                        "/usr/bin/python3",
                        ProcessLibrary.script("python/paho_client.py").toString(),
                        "websockets"));
    }
}
