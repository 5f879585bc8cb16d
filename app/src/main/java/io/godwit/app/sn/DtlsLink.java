package io.godwit.app.sn;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.crypto.SecretKey;
import org.eclipse.californium.elements.AddressEndpointContext;
import org.eclipse.californium.elements.EndpointContext;
import org.eclipse.californium.elements.MessageCallback;
import org.eclipse.californium.elements.RawData;
import org.eclipse.californium.elements.config.Configuration;
import org.eclipse.californium.scandium.DTLSConnector;
import org.eclipse.californium.scandium.config.DtlsConfig;
import org.eclipse.californium.scandium.config.DtlsConfig.DtlsRole;
import org.eclipse.californium.scandium.config.DtlsConnectorConfig;
import org.eclipse.californium.scandium.dtls.AlertMessage;
import org.eclipse.californium.scandium.dtls.AlertMessage.AlertDescription;
import org.eclipse.californium.scandium.dtls.AlertMessage.AlertLevel;
import org.eclipse.californium.scandium.dtls.pskstore.AdvancedSinglePskStore;
import org.jspecify.annotations.Nullable;

/** The way to a gateway in DTLS 1.2, with a pre-shared key. */
final class DtlsLink implements SnLink {

    private static final int MOST_WAITING = 1_000;

    private final String gateway;
    private final String identity;
    private final InetSocketAddress address;
    private final DTLSConnector connector;
    private final BlockingQueue<byte[]> received = new ArrayBlockingQueue<>(MOST_WAITING);
    private volatile @Nullable Throwable failure;
    private volatile boolean isEstablished;

    /**
     * A socket for a gateway; the handshake is with the first datagram.
     *
     * @param port 1 to 65,535
     * @param key that of the identity
     * @throws IOException if nobody knows the host, or there is no socket
     */
    DtlsLink(String host, int port, String identity, SecretKey key) throws IOException {
        this.gateway = host + ":" + port;
        this.identity = identity;
        this.address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IOException("Nobody knows the host " + host + ".");
        }
        Configuration configuration =
                new Configuration(DtlsConfig.DEFINITIONS)
                        .set(DtlsConfig.DTLS_ROLE, DtlsRole.CLIENT_ONLY)
                        .set(DtlsConfig.DTLS_CONNECTION_ID_LENGTH, 0)
                        .set(DtlsConfig.DTLS_RECEIVER_THREAD_COUNT, 1)
                        .set(DtlsConfig.DTLS_CONNECTOR_THREAD_COUNT, 1);
        connector =
                new DTLSConnector(
                        DtlsConnectorConfig.builder(configuration)
                                .setAddress(new InetSocketAddress(0))
                                .setAdvancedPskStore(new AdvancedSinglePskStore(identity, key))
                                .build());
        connector.setRawDataReceiver(data -> received.offer(data.getBytes()));
        connector.setAlertHandler((_, alert) -> told(alert));
        connector.start();
    }

    /**
     * The gateway has ended the session. Another one would be begun with the next datagram, in
     * which nobody is connected.
     */
    private void told(AlertMessage alert) {
        boolean isEnd =
                alert.getDescription() == AlertDescription.CLOSE_NOTIFY
                        || alert.getLevel() == AlertLevel.FATAL;
        if (isEstablished && isEnd && failure == null) {
            failure =
                    new IOException(
                            "the gateway has ended the session; its key may be another one since a reload");
        }
    }

    @Override
    public void send(byte[] datagram) throws IOException {
        failed();
        MessageCallback outcome =
                new MessageCallback() {
                    @Override
                    public void onConnecting() {}

                    @Override
                    public void onDtlsRetransmission(int flight) {}

                    @Override
                    public void onContextEstablished(EndpointContext context) {
                        isEstablished = true;
                    }

                    @Override
                    public void onSent() {}

                    @Override
                    public void onError(Throwable error) {
                        failure = error;
                    }
                };
        connector.send(
                RawData.outbound(datagram, new AddressEndpointContext(address), outcome, false));
    }

    @Override
    public byte @Nullable [] receive(int millis) throws IOException {
        try {
            byte[] datagram = received.poll(millis, TimeUnit.MILLISECONDS);
            if (datagram == null) {
                failed();
            }
            return datagram;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("It was interrupted.", interrupted);
        }
    }

    private void failed() throws IOException {
        Throwable why = failure;
        if (why != null) {
            throw new IOException(
                    "No DTLS with udp %s as %s: %s".formatted(gateway, identity, why.getMessage()),
                    why);
        }
    }

    @Override
    public String hint() {
        return isEstablished
                ? ""
                : " No handshake was completed: does the gateway have DTLS there, and the same key of %s?"
                        .formatted(identity);
    }

    @Override
    public String toString() {
        return gateway;
    }

    @Override
    public void close() {
        connector.destroy();
    }
}
