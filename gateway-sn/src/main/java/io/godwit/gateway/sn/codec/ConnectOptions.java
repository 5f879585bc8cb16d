package io.godwit.gateway.sn.codec;

import io.godwit.codec.Binary;
import org.jspecify.annotations.Nullable;

/**
 * What CONNECT has in version 2.0 only.
 *
 * @param messageId the packet identifier, which CONNACK repeats
 * @param maximumPacketSize bytes of the largest packet that the client takes, 10 to 65,535; 0 if it
 *     has no limit
 * @param awakeMessages how many messages it takes each time that it wakes up, 0 to 255; null if it
 *     says nothing
 * @param sessionExpiry seconds that its session outlives its connection, 0 to 4,294,967,295 for
 *     ever; null if it says nothing, which is 0
 * @param will null if it has none
 * @param authentication null if it says nothing of who it is
 * @param addressMayChange whether it may speak from elsewhere, within a connection encapsulation
 * @param serverSuggested whether the server may suggest another keep alive
 */
public record ConnectOptions(
        int messageId,
        int maximumPacketSize,
        @Nullable Integer awakeMessages,
        @Nullable Long sessionExpiry,
        @Nullable Will will,
        @Nullable SnAuthentication authentication,
        boolean addressMayChange,
        boolean serverSuggested) {

    /** Those of version 1.2. */
    public static final ConnectOptions NONE =
            new ConnectOptions(0, 0, null, null, null, null, false, false);

    /**
     * A will.
     *
     * @param topic anything but a {@link SnTopic.Short}
     * @param qos 0 to 2
     */
    public record Will(SnTopic topic, int qos, boolean retain, Binary payload) {}
}
