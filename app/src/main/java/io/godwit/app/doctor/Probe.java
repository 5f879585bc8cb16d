package io.godwit.app.doctor;

import io.godwit.codec.ProtocolVersion;
import java.io.IOException;

/** Looks at one thing that a server can do. */
@FunctionalInterface
interface Probe {

    /**
     * Looks at it.
     *
     * @param version the newest that the server speaks
     * @throws io.godwit.client.MqttException if the server refuses what it should not
     * @throws IOException if the connection breaks
     */
    void examine(Patient patient, ProtocolVersion version, Findings findings)
            throws IOException, InterruptedException;
}
