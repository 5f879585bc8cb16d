package io.godwit.server.clients;

/** What carries MQTT between a client and the broker. */
enum Transport {
    TCP("TCP"),
    TLS("TLS"),
    WEB_SOCKET("WebSocket");

    private final String title;

    Transport(String title) {
        this.title = title;
    }

    /** As it is written. */
    String title() {
        return title;
    }
}
