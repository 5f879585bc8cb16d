/** The packets of MQTT as records and as bytes. */
module io.godwit.codec {
    requires static transitive org.jspecify;

    exports io.godwit.codec;
}
