package io.godwit.server.clients;

/** Paho's Java client for MQTT 5. */
final class PahoJavaV5Test extends ClientContract {

    @Override
    ClientLibrary open() {
        return new PahoV5Library(Access.TCP);
    }
}
