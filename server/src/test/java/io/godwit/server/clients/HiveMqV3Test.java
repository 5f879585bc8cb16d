package io.godwit.server.clients;

/** The HiveMQ client for MQTT 3.1.1. */
final class HiveMqV3Test extends ClientContract {

    @Override
    ClientLibrary open() {
        return new HiveMqV3Library(Access.TCP);
    }
}
