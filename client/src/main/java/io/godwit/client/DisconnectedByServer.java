package io.godwit.client;

import io.godwit.codec.Properties;
import io.godwit.codec.ReasonCode;

/** The server has sent DISCONNECT (version 5). */
public final class DisconnectedByServer extends MqttException {

    private static final long serialVersionUID = 1;

    private final ReasonCode reasonCode;
    private final transient Properties properties;

    /** With the packet's reason code and properties. */
    public DisconnectedByServer(String message, ReasonCode reasonCode, Properties properties) {
        super(message, null);
        this.reasonCode = reasonCode;
        this.properties = properties;
    }

    /** Why, as the server says. */
    public ReasonCode reasonCode() {
        return reasonCode;
    }

    /** What else the server says. */
    public Properties properties() {
        return properties;
    }
}
