package io.godwit.gateway.sn;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.gateway.sn.codec.MalformedDatagram;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnCodecV12;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
import org.eclipse.californium.scandium.dtls.CertificateType;
import org.eclipse.californium.scandium.dtls.pskstore.AdvancedSinglePskStore;
import org.eclipse.californium.scandium.dtls.x509.SingleCertificateProvider;
import org.eclipse.californium.scandium.dtls.x509.StaticNewAdvancedCertificateVerifier;

/** A device that speaks DTLS, with another library's client. */
final class DtlsDevice implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 20;

    private final InetSocketAddress gateway;
    private final DTLSConnector connector;
    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final CompletableFuture<AlertMessage> alert = new CompletableFuture<>();

    private DtlsDevice(InetSocketAddress gateway, Consumer<DtlsConnectorConfig.Builder> secrets) {
        this.gateway = gateway;
        DtlsConnectorConfig.Builder builder =
                DtlsConnectorConfig.builder(
                                new Configuration(DtlsConfig.DEFINITIONS)
                                        .set(DtlsConfig.DTLS_ROLE, DtlsRole.CLIENT_ONLY)
                                        .set(DtlsConfig.DTLS_CONNECTION_ID_LENGTH, 0)
                                        .set(
                                                DtlsConfig.DTLS_VERIFY_SERVER_CERTIFICATES_SUBJECT,
                                                false)
                                        // nobody is to be waited for who does not answer
                                        .set(
                                                DtlsConfig.DTLS_RETRANSMISSION_TIMEOUT,
                                                500,
                                                TimeUnit.MILLISECONDS)
                                        .set(DtlsConfig.DTLS_MAX_RETRANSMISSIONS, 3)
                                        // so that a part of a flight can be kept back
                                        .set(DtlsConfig.DTLS_USE_MULTI_RECORD_MESSAGES, false)
                                        .set(DtlsConfig.DTLS_RECEIVER_THREAD_COUNT, 1)
                                        .set(DtlsConfig.DTLS_CONNECTOR_THREAD_COUNT, 1))
                        .setAddress(new InetSocketAddress("127.0.0.1", 0));
        secrets.accept(builder);
        connector = new DTLSConnector(builder.build());
        connector.setRawDataReceiver(data -> received.add(data.getBytes()));
        connector.setAlertHandler((_, message) -> alert.complete(message));
        try {
            connector.start();
        } catch (IOException unusable) {
            throw new AssertionError(unusable);
        }
    }

    /** One with a pre-shared key, in hexadecimal. */
    static DtlsDevice withKey(InetSocketAddress gateway, String identity, String key) {
        byte[] bytes = HexFormat.of().parseHex(key);
        return new DtlsDevice(
                gateway,
                builder ->
                        builder.setAdvancedPskStore(new AdvancedSinglePskStore(identity, bytes)));
    }

    /** One that trusts an authority; with a certificate of its own unless that is empty. */
    static DtlsDevice withCertificate(
            InetSocketAddress gateway,
            X509Certificate authority,
            List<X509Certificate> own,
            PrivateKey key) {
        return new DtlsDevice(
                gateway,
                builder -> {
                    builder.setAdvancedCertificateVerifier(
                            StaticNewAdvancedCertificateVerifier.builder()
                                    .setTrustedCertificates(authority)
                                    .build());
                    if (!own.isEmpty()) {
                        builder.setCertificateIdentityProvider(
                                new SingleCertificateProvider(
                                        key,
                                        own.toArray(X509Certificate[]::new),
                                        CertificateType.X_509));
                    }
                });
    }

    DtlsDevice send(SnMessage message) {
        byte[] datagram = SnCodecV12.INSTANCE.encode(null, message);
        MessageCallback callback =
                new MessageCallback() {
                    @Override
                    public void onConnecting() {}

                    @Override
                    public void onDtlsRetransmission(int flight) {}

                    @Override
                    public void onContextEstablished(EndpointContext context) {}

                    @Override
                    public void onSent() {}

                    @Override
                    public void onError(Throwable error) {
                        failure.complete(error);
                    }
                };
        connector.send(
                RawData.outbound(datagram, new AddressEndpointContext(gateway), callback, false));
        return this;
    }

    SnMessage next() {
        try {
            byte[] datagram = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (datagram == null) {
                throw new AssertionError("nothing came; " + failure);
            }
            return SnCodecV12.INSTANCE.decode(ByteBuffer.wrap(datagram)).message();
        } catch (InterruptedException | MalformedDatagram fault) {
            throw new AssertionError(fault);
        }
    }

    DtlsDevice expect(SnMessage expected) {
        assertThat(next()).isEqualTo(expected);
        return this;
    }

    DtlsDevice connect(String clientId, boolean clean) {
        return send(SnClient.connect(clientId, false, clean, 0))
                .expect(new SnMessage.ConnAck(ReturnCode.ACCEPTED));
    }

    int subscribe(String filter, int qos) {
        send(new SnMessage.Subscribe(false, qos, new SnTopic.Name(SnClient.bytes(filter)), 1));
        return ((SnMessage.SubAck) next()).topicId();
    }

    /** The gateway ends its session. */
    void expectEnd() throws Exception {
        assertThat(alert.get(PATIENCE_SECONDS, TimeUnit.SECONDS).getDescription())
                .isEqualTo(AlertDescription.CLOSE_NOTIFY);
    }

    /** Why its handshake has failed. */
    Throwable failure() throws Exception {
        return failure.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        connector.destroy();
    }
}
