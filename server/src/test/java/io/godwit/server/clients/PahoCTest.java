package io.godwit.server.clients;

/** Paho for C, its asynchronous interface. */
final class PahoCTest extends ClientContract {

    @Override
    ClientLibrary open() throws Exception {
        return PahoC.open(Access.TCP);
    }
}
