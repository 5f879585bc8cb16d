package io.godwit.server.clients;

/** Paho's Java client for MQTT 3.1 and 3.1.1. */
final class PahoJavaV3Test extends ClientContract {

    @Override
    ClientLibrary open() {
        return new PahoV3Library(Access.TCP);
    }
}
