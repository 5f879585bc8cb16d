package io.godwit.server.clients;

import io.godwit.codec.ProtocolVersion;
import io.godwit.server.clients.ClientLibrary.Feature;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client of the table in docs/clients.md. */
enum MatrixClient {
    MOSQUITTO("`mosquitto_pub`, `mosquitto_sub`") {
        @Override
        @Nullable String missing(Transport transport, ProtocolVersion version) {
            return transport == Transport.WEB_SOCKET
                    ? "Debian's version, 2.0, has no WebSocket (that of 2.1 has)"
                    : null;
        }
    },
    PAHO_PYTHON("Paho Python") {
        @Override
        ClientLibrary open(Access access) throws Exception {
            return process(
                    access,
                    EnumSet.complementOf(
                            EnumSet.of(Feature.PUBLISH_REASON, Feature.RECEIVE_TOPIC_ALIAS)),
                    "/usr/bin/python3",
                    "python/paho_client.py",
                    access.transport() == Transport.WEB_SOCKET ? "websockets" : "tcp");
        }
    },
    PAHO_C("Paho C") {
        @Override
        @Nullable String missing(Transport transport, ProtocolVersion version) {
            return transport == Transport.WEB_SOCKET
                    ? "it speaks it, but version 1.3.12 takes only the first of several packets that come in one frame, as Godwit sends them,"
                            + " and the others when more comes"
                    : null;
        }

        @Override
        ClientLibrary open(Access access) throws Exception {
            return PahoC.open(access);
        }
    },
    MQTT_JS("MQTT.js") {
        @Override
        ClientLibrary open(Access access) throws Exception {
            return process(
                    access,
                    EnumSet.complementOf(EnumSet.of(Feature.USER_PROPERTY_ORDER)),
                    "node",
                    "node/mqttjs_client.js",
                    switch (access.transport()) {
                        case TCP -> "mqtt";
                        case TLS -> "mqtts";
                        case WEB_SOCKET -> "ws";
                    });
        }
    },
    PAHO_JAVA_V3("Paho Java, `mqttv3`") {
        @Override
        @Nullable String missing(Transport transport, ProtocolVersion version) {
            return version.isV5() ? "it speaks 3.1 and 3.1.1" : null;
        }

        @Override
        ClientLibrary open(Access access) {
            return new PahoV3Library(access);
        }
    },
    PAHO_JAVA_V5("Paho Java, `mqttv5`") {
        @Override
        @Nullable String missing(Transport transport, ProtocolVersion version) {
            return version.isV5() ? null : "it speaks 5";
        }

        @Override
        ClientLibrary open(Access access) {
            return new PahoV5Library(access);
        }
    },
    HIVEMQ("HiveMQ client") {
        @Override
        ClientLibrary open(Access access) {
            return new ByVersion(new HiveMqV3Library(access), new HiveMqV5Library(access));
        }
    };

    private final String title;

    MatrixClient(String title) {
        this.title = title;
    }

    /** As it is written. */
    String title() {
        return title;
    }

    /** Why there are no cells for a transport and a version, or null. */
    @Nullable String missing(Transport transport, ProtocolVersion version) {
        return null;
    }

    /**
     * Starts it.
     *
     * @throws UnsupportedOperationException if it is no library, but commands
     */
    ClientLibrary open(Access access) throws Exception {
        throw new UnsupportedOperationException(title + " is run by command");
    }

    private static ClientLibrary process(
            Access access,
            EnumSet<Feature> features,
            String interpreter,
            String script,
            String transport)
            throws Exception {
        String program = ProcessLibrary.script(script).toString();
        return new ProcessLibrary(
                script,
                List.of(ProtocolVersion.values()),
                features,
                access.authority() == null
                        ? ProcessLibrary.program(interpreter, program, transport)
                        : ProcessLibrary.program(
                                interpreter, program, transport, access.authority().toString()));
    }
}
