package io.godwit.server.clients;

/** The HiveMQ client for MQTT 5. */
final class HiveMqV5Test extends ClientContract {

    @Override
    ClientLibrary open() {
        return new HiveMqV5Library(Access.TCP);
    }
}
