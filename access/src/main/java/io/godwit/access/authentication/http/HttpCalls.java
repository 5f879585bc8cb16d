package io.godwit.access.authentication.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * HTTP calls that end: each within a time, with an answer that is not larger than a limit. A
 * redirect is not followed, and proxies of the system are not used. Safe for every thread.
 */
public final class HttpCalls implements AutoCloseable {

    private static final int THREADS = 2;

    private final Duration timeout;
    private final int largest;
    private final ThreadPoolExecutor executor;
    private final HttpClient client;

    /**
     * @param timeout for a whole call
     * @param largest bytes of an answer's body
     * @param caFile certificates in PEM that servers' certificates have to come from, instead of
     *     those that the JDK trusts; or null
     * @throws IOException if that file can't be used; says why
     */
    public HttpCalls(Duration timeout, int largest, @Nullable Path caFile) throws IOException {
        this.timeout = timeout;
        this.largest = largest;
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .connectTimeout(timeout)
                        .followRedirects(Redirect.NEVER)
                        .version(HttpClient.Version.HTTP_1_1);
        if (caFile != null) {
            builder.sslContext(trusting(caFile));
        }
        // How much it is given is limited by who calls. It needs no end: its threads go when they
        // have nothing to do.
        this.executor =
                new ThreadPoolExecutor(
                        THREADS,
                        THREADS,
                        10,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        action -> {
                            Thread thread = new Thread(action, "godwit-http-client");
                            thread.setDaemon(true);
                            return thread;
                        });
        executor.allowCoreThreadTimeOut(true);
        this.client = builder.executor(executor).build();
    }

    private static SSLContext trusting(Path caFile) throws IOException {
        try (InputStream pem = Files.newInputStream(caFile)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(pem);
            if (certificates.isEmpty()) {
                throw new IOException("there is no certificate in it");
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate certificate : certificates) {
                store.setCertificateEntry("ca-" + store.size(), certificate);
            }
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IOException(
                    caFile + " can't be used as a file of CA certificates: " + e.getMessage(), e);
        }
    }

    /** Where what follows a call can go on. */
    Executor executor() {
        return executor;
    }

    /**
     * Makes a call. The future fails when there is no answer in time, the answer is too large, or
     * anything else goes wrong; it completes on a thread of this client, which must not be blocked
     * for long.
     */
    public CompletableFuture<HttpResponse<byte[]>> send(HttpRequest request) {
        CompletableFuture<HttpResponse<byte[]>> call =
                client.sendAsync(
                        request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), largest));
        CompletableFuture<HttpResponse<byte[]>> inTime =
                call.copy().orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
        return inTime.whenCompleteAsync(
                (_, failure) -> {
                    if (failure != null) {
                        call.cancel(true); // closes its connection
                    }
                },
                executor);
    }

    /** Calls that are under way come to their end; later ones fail. */
    @Override
    public void close() {
        client.shutdown();
    }
}
