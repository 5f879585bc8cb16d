/** An MQTT client on the JDK alone. */
module io.godwit.client {
    requires transitive io.godwit.codec;
    requires static transitive org.jspecify;

    exports io.godwit.client;
    exports io.godwit.client.auth;
    exports io.godwit.client.network;
    exports io.godwit.client.store;
}
