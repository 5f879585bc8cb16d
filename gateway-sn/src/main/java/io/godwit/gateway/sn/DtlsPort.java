package io.godwit.gateway.sn;

import io.godwit.broker.shard.EventLoop;
import io.godwit.broker.shard.Time;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.eclipse.californium.elements.DtlsEndpointContext;
import org.eclipse.californium.elements.EndpointContext;
import org.eclipse.californium.elements.EndpointContextMatcher;
import org.eclipse.californium.elements.MessageCallback;
import org.eclipse.californium.elements.RawData;
import org.eclipse.californium.elements.config.CertificateAuthenticationMode;
import org.eclipse.californium.elements.config.Configuration;
import org.eclipse.californium.elements.util.Bytes;
import org.eclipse.californium.elements.util.Filter;
import org.eclipse.californium.scandium.DTLSConnector;
import org.eclipse.californium.scandium.DtlsHealth;
import org.eclipse.californium.scandium.config.DtlsConfig;
import org.eclipse.californium.scandium.config.DtlsConfig.DtlsRole;
import org.eclipse.californium.scandium.config.DtlsConnectorConfig;
import org.eclipse.californium.scandium.dtls.Connection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port whose datagrams are records of DTLS 1.2. Handshakes and encryption are on threads of the
 * library, and what comes out of them is handed to the gateway's loop.
 */
final class DtlsPort implements SnPort {

    private static final Logger LOG = LoggerFactory.getLogger(DtlsPort.class);

    /** Bytes of the connection identifiers that devices put in front, if they can (RFC 9146). */
    private static final int CONNECTION_ID = 6;

    /** A session that was silent for so long may be given up for another one. */
    private static final int STALE_SECONDS = 60;

    private static final int THREADS = 2;
    private static final long CLOSE_SECONDS = 3;

    /** Datagrams that may wait for each of the library's steps, and for the gateway's loop. */
    private static final int MOST_WAITING = 10_000;

    private final EventLoop loop;
    private final Receiver receiver;
    private final Counts counts;
    private final DtlsSecrets secrets;
    private final DTLSConnector connector;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger outgoing = new AtomicInteger();
    private final CompletableFuture<@Nullable Void> sent = new CompletableFuture<>();
    private volatile boolean accepting;
    private volatile boolean closing;

    /**
     * Opens a port. What comes before {@link #accept} is lost, but for handshakes.
     *
     * @param keys which must fit the settings
     * @param sourceRate datagrams that one source address may send in a second
     * @throws IOException if it cannot be opened
     */
    DtlsPort(
            InetSocketAddress place,
            SnSettings.Dtls settings,
            DtlsKeys keys,
            int sourceRate,
            Time time,
            EventLoop loop,
            Receiver receiver,
            Counts counts)
            throws IOException {
        this.loop = loop;
        this.receiver = receiver;
        this.counts = counts;
        this.secrets = new DtlsSecrets(keys, counts);
        DtlsConnectorConfig.Builder builder =
                DtlsConnectorConfig.builder(configuration(settings))
                        .setAddress(place)
                        .setLoggingTag("mqtt-sn")
                        .setDatagramFilter(new DtlsRates(sourceRate, time, counts))
                        .setHealthHandler(new Handshakes());
        if (!keys.preShared().isEmpty()) {
            builder.setAdvancedPskStore(secrets);
        }
        if (!keys.chain().isEmpty()) {
            builder.setCertificateIdentityProvider(secrets);
        }
        if (keys.clients() != null) {
            builder.setAdvancedCertificateVerifier(secrets);
        }
        this.connector = new DTLSConnector(builder.build());
        connector.setEndpointContextMatcher(new SameSession());
        connector.setRawDataReceiver(this::received);
        connector.start();
    }

    private static Configuration configuration(SnSettings.Dtls settings) {
        return new Configuration(DtlsConfig.DEFINITIONS)
                .set(DtlsConfig.DTLS_ROLE, DtlsRole.SERVER_ONLY)
                .set(DtlsConfig.DTLS_CONNECTION_ID_LENGTH, CONNECTION_ID)
                // Resumed, a session would outlive the key that it was begun with.
                .set(DtlsConfig.DTLS_SERVER_USE_SESSION_ID, false)
                .set(DtlsConfig.DTLS_USE_HELLO_VERIFY_REQUEST, true)
                .set(DtlsConfig.DTLS_USE_HELLO_VERIFY_REQUEST_FOR_PSK, true)
                .set(DtlsConfig.DTLS_MAX_CONNECTIONS, settings.sessions())
                .set(DtlsConfig.DTLS_STALE_CONNECTION_THRESHOLD, STALE_SECONDS, TimeUnit.SECONDS)
                .set(DtlsConfig.DTLS_RECEIVER_THREAD_COUNT, 1)
                .set(DtlsConfig.DTLS_CONNECTOR_THREAD_COUNT, THREADS)
                .set(DtlsConfig.DTLS_MAX_PENDING_INBOUND_JOBS, MOST_WAITING)
                .set(DtlsConfig.DTLS_MAX_PENDING_OUTBOUND_JOBS, MOST_WAITING)
                .set(
                        DtlsConfig.DTLS_CLIENT_AUTHENTICATION_MODE,
                        switch (settings.clientCertificates()) {
                            case NONE -> CertificateAuthenticationMode.NONE;
                            case OPTIONAL -> CertificateAuthenticationMode.WANTED;
                            case REQUIRED -> CertificateAuthenticationMode.NEEDED;
                        });
    }

    /** Counts handshakes that have failed. */
    private final class Handshakes implements DtlsHealth {

        @Override
        public boolean isEnabled() {
            return true;
        }

        @Override
        public void dump(String tag, int most, int left, int pending) {}

        @Override
        public void startHandshake() {}

        @Override
        public void endHandshake(boolean success) {
            if (!success) {
                counts.count(SnCounter.HANDSHAKES_FAILED);
            }
        }

        @Override
        public void receivingRecord(boolean drop) {}

        @Override
        public void sendingRecord(boolean drop) {}
    }

    /** Lets a message go out in the session alone that it is meant for. */
    private static final class SameSession implements EndpointContextMatcher {

        @Override
        public String getName() {
            return "same session";
        }

        @Override
        public Object getEndpointIdentity(EndpointContext context) {
            return context.getPeerAddress();
        }

        @Override
        public boolean isResponseRelatedToRequest(
                EndpointContext request, EndpointContext response) {
            return isToBeSent(request, response);
        }

        @Override
        public boolean isToBeSent(EndpointContext message, @Nullable EndpointContext connection) {
            return connection != null
                    && Objects.equals(
                            message.get(DtlsEndpointContext.KEY_HANDSHAKE_TIMESTAMP),
                            connection.get(DtlsEndpointContext.KEY_HANDSHAKE_TIMESTAMP))
                    && Objects.equals(message.getPeerIdentity(), connection.getPeerIdentity());
        }

        @Override
        public String toRelevantState(EndpointContext context) {
            return String.valueOf(context);
        }
    }

    // --- what comes in --------------------------------------------------------------------------

    private void received(RawData data) {
        if (!accepting) {
            return;
        }
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            counts.count(SnCounter.DROPPED_LATE);
            return;
        }
        InetSocketAddress from = data.getInetSocketAddress();
        Secured secured = secured(data);
        loop.execute(() -> {
            waiting.decrementAndGet();
            receiver.receive(from, secured, ByteBuffer.wrap(data.getBytes()));
        });
    }

    private static Secured secured(RawData data) {
        EndpointContext context = data.getEndpointContext();
        Bytes connectionId = context.get(DtlsEndpointContext.KEY_READ_CONNECTION_ID);
        String place =
                connectionId == null || connectionId.isEmpty()
                        ? String.valueOf(data.getInetSocketAddress())
                        : connectionId.getAsString();
        String session =
                place + " since " + context.get(DtlsEndpointContext.KEY_HANDSHAKE_TIMESTAMP);
        return new Secured(session, Proof.of(data.getSenderIdentity()), context);
    }

    // --- SnPort ---------------------------------------------------------------------------------

    @Override
    public InetSocketAddress address() {
        return connector.getAddress();
    }

    @Override
    public void accept() {
        accepting = true;
    }

    @Override
    public void send(Peer to, byte[] datagram) {
        Secured secured = to.secured();
        if (secured == null) {
            counts.count(SnCounter.DATAGRAMS_UNSENT);
            return;
        }
        outgoing.incrementAndGet();
        connector.send(RawData.outbound(datagram, secured.context(), new Sending(), false));
    }

    /** What becomes of a datagram. */
    private final class Sending implements MessageCallback {

        @Override
        public void onConnecting() {}

        @Override
        public void onDtlsRetransmission(int flight) {}

        @Override
        public void onContextEstablished(EndpointContext context) {}

        @Override
        public void onSent() {
            done();
        }

        @Override
        public void onError(Throwable error) {
            counts.count(SnCounter.DATAGRAMS_UNSENT);
            LOG.debug("a datagram could not be sent", error);
            done();
        }

        private void done() {
            if (outgoing.decrementAndGet() == 0 && closing) {
                sent.complete(null);
            }
        }
    }

    /** Puts other keys in force, for handshakes from now on. From any thread. */
    void replace(DtlsKeys others) {
        secrets.replace(others);
    }

    /** Ends sessions, which their devices are told. Not to be called on a loop. */
    void end(Predicate<Proof> which) {
        Filter<Principal> ends = principal -> which.test(Proof.of(principal));
        Filter<Connection> farewell =
                connection -> {
                    InetSocketAddress address = connection.getPeerAddress();
                    Principal principal = connection.getEstablishedPeerIdentity();
                    if (address != null && principal != null && ends.accept(principal)) {
                        connector.close(address);
                    }
                    return false; // the next one, too
                };
        await(connector.startForEach(farewell)); // it is not told whose session is gone already
        connector.startTerminateConnectionsForPrincipal(ends, true); // and handshakes under way
    }

    private static void await(Future<?> work) {
        try {
            work.get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException late) {
            LOG.debug("not all datagrams could be sent before their sessions ended", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        accepting = false;
        closing = true;
        if (outgoing.get() > 0) {
            await(sent);
        }
        connector.destroy();
    }
}
