package io.godwit.gateway.sn;

import io.godwit.gateway.sn.codec.SnVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway is to be.
 *
 * @param name what the configuration calls its listener; unique
 * @param bind a name or an address of this machine
 * @param port 0 (any free port) to 65,535
 * @param gatewayId what GWINFO and ADVERTISE say, 0 to 255
 * @param datagramSize bytes of the largest datagram that clients are sent, 16 to 65,507
 * @param topicIds how many topic identifiers a client may have, 1 to 65,534
 * @param retry how long the gateway waits for an answer before it asks again
 * @param retries how often it asks again, 0 or more
 * @param maximumSleep what a longer sleep counts as
 * @param sessionExpiry seconds that a session without Clean Session outlives its connection, 0 to
 *     4,294,967,295
 * @param sourceRate datagrams that one source address may send in a second, 1 or more
 * @param connectionless whether messages at QoS -1 are published, which have no client
 * @param remembered of how many clients that are gone identifiers and wills are kept
 * @param predefined topic names by their predefined identifiers, 1 to 65,534
 * @param advertise to whom the gateway makes itself known; null for nobody
 * @param dtls how its datagrams are encrypted; null if they are not
 * @param versions that it speaks, one or more
 * @param protectionFile by which keys clients protect packets, absolute ({@link ProtectionKeys});
 *     null if they can't. Read when the gateway is opened
 */
public record SnSettings(
        String name,
        String bind,
        int port,
        int gatewayId,
        int datagramSize,
        int topicIds,
        Duration retry,
        int retries,
        Duration maximumSleep,
        long sessionExpiry,
        int sourceRate,
        boolean connectionless,
        int remembered,
        Map<Integer, String> predefined,
        @Nullable Advertising advertise,
        @Nullable Dtls dtls,
        Set<SnVersion> versions,
        @Nullable Path protectionFile) {

    /** The port that a gateway has if nothing else is said. */
    public static final int PORT = 1884;

    /** The port that one with DTLS has. */
    public static final int DTLS_PORT = 8883;

    /**
     * ADVERTISE (§5.4.1).
     *
     * @param address where it is sent to, at the port of the gateway: a broadcast or multicast
     *     address
     * @param interval between two, whole seconds up to 65,535
     */
    public record Advertising(String address, Duration interval) {}

    /** Whether devices show a certificate. */
    public enum ClientCertificates {
        /** They are not asked for one. */
        NONE,
        /** They are asked, and may have none; one that is not valid is refused all the same. */
        OPTIONAL,
        /** Without a valid one the handshake fails. */
        REQUIRED
    }

    /**
     * DTLS 1.2 (RFC 6347). Files are absolute; what they hold is given beside the settings, as
     * {@link DtlsKeys}.
     *
     * @param pskFile identities and keys; null for none
     * @param certificate the gateway's certificate and those of its issuers; null for none
     * @param key its private key; null if there is no certificate
     * @param clientCertificates whether devices show one, where there is a certificate
     * @param clientAuthorities from whom devices' certificates come
     * @param revocationLists what these have revoked
     * @param sessions how many devices may have keys agreed upon, 1 or more
     */
    public record Dtls(
            @Nullable Path pskFile,
            @Nullable Path certificate,
            @Nullable Path key,
            ClientCertificates clientCertificates,
            List<Path> clientAuthorities,
            List<Path> revocationLists,
            int sessions) {

        /** Copies the lists. */
        public Dtls {
            clientAuthorities = List.copyOf(clientAuthorities);
            revocationLists = List.copyOf(revocationLists);
        }
    }

    /** Keeps copies of topics and versions. */
    public SnSettings {
        predefined = Map.copyOf(predefined);
        versions = Set.copyOf(versions);
    }

    /** A gateway as it is without further settings. */
    public static SnSettings of(String name, String bind, int port) {
        return new SnSettings(
                name,
                bind,
                port,
                1,
                1_400,
                1_000,
                Duration.ofSeconds(10),
                3,
                Duration.ofDays(1),
                0xFFFF_FFFFL,
                1_000,
                false,
                100_000,
                Map.of(),
                null,
                null,
                Set.of(SnVersion.V1_2),
                null);
    }

    /** Whether clients prove nothing about themselves there, or need not. */
    public boolean isUnproved() {
        return dtls == null
                || dtls.certificate() != null
                        && dtls.clientCertificates() != ClientCertificates.REQUIRED;
    }

    /** Whether only this machine can reach it, as far as its address tells. */
    public boolean isLoopback() {
        return bind.equals("localhost")
                || bind.equals("::1")
                || bind.matches("127(\\.\\d{1,3}){3}");
    }
}
