package io.godwit.broker.control;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What there is to know of the running broker itself. Safe from any thread but a shard's. */
public interface Instance {

    /**
     * Whether it serves clients.
     *
     * @param isReady whether it does
     * @param status {@code ok}, or why not: {@code starting}, {@code draining}, {@code store
     *     failed: ...}
     */
    record Health(boolean isReady, String status) {

        /** It serves clients. */
        public static final Health OK = new Health(true, "ok");

        /** Its listeners are not open yet. */
        public static final Health STARTING = new Health(false, "starting");

        /** It is stopping. */
        public static final Health DRAINING = new Health(false, "draining");
    }

    /**
     * A place where clients connect.
     *
     * @param type tcp, tls, ws, wss, unix or mqtt-sn
     * @param address where it listens; the file of a Unix domain socket
     * @param port or 0
     * @param connections how many it has
     * @param path that of WebSocket; or null
     */
    record ListenerState(
            String name,
            String type,
            String address,
            int port,
            int connections,
            @Nullable String path) {}

    /**
     * A certificate that a listener shows.
     *
     * @param names the hosts that it is for
     */
    record CertificateState(
            String listener,
            String subject,
            String issuer,
            List<String> names,
            Instant notBefore,
            Instant notAfter) {

        /** Copies the list. */
        public CertificateState {
            names = List.copyOf(names);
        }
    }

    /**
     * The configuration that is in force, as its file says it.
     *
     * @param file its file; null if there is none
     * @param text without comments, includes and substitutions, and with {@code ***} for secrets
     */
    record ConfigurationState(@Nullable String file, String text) {}

    /** Whether it serves clients. */
    Health health();

    /** Where clients connect. */
    List<ListenerState> listeners();

    /** The certificates in force. */
    List<CertificateState> certificates();

    /**
     * The configuration in force.
     *
     * @throws Refusal if a program has made it
     */
    ConfigurationState configuration() throws Refusal;

    /**
     * The log.
     *
     * @throws Refusal if the program that the broker runs in keeps it to itself
     */
    Logs logs() throws Refusal;
}
