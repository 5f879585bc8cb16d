package io.godwit.client;

import io.godwit.client.core.ClientSettings;

/** What a builder has collected, for tests that open the client by themselves. */
public final class SettingsOf {

    private SettingsOf() {}

    /** The settings of a builder. */
    public static ClientSettings builder(MqttClientBuilder builder) {
        return builder.settings();
    }
}
