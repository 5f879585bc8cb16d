package io.godwit.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.admin.http.Json;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a broker by the port of its HTTP API.
 *
 * @param url where that is, without a path
 * @param authorization what the header says; secret; null for none
 * @param tls null for what the JDK trusts
 */
record UrlClient(URI url, @Nullable String authorization, @Nullable SSLContext tls)
        implements AdminClient {

    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** The header of a user and a password. */
    static String basic(String user, String password) {
        String pair = user + ":" + password;
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    }

    /** The header of a token. */
    static String bearer(String token) {
        return "Bearer " + token;
    }

    @Override
    public Map<String, @Nullable Object> send(String method, String path, Map<String, ?> body)
            throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(url.resolve(path))
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofByteArray(Json.write(body)));
        return exchange(
                request,
                BodyHandlers.ofByteArray(),
                answer -> content(answer.statusCode(), answer.body()));
    }

    @Override
    public void events(String path, Events events) throws IOException {
        exchange(
                HttpRequest.newBuilder(url.resolve(path)),
                BodyHandlers.ofInputStream(),
                answer -> {
                    if (answer.statusCode() != 200) {
                        content(answer.statusCode(), answer.body().readAllBytes());
                    }
                    AdminClient.passOn(answer.body(), events);
                    return answer;
                });
    }

    /** What becomes of an answer. */
    private interface Reading<B, T> {
        T read(HttpResponse<B> answer) throws IOException;
    }

    private <B, T> T exchange(
            HttpRequest.Builder request, BodyHandler<B> bodies, Reading<B, T> reading)
            throws IOException {
        HttpClient.Builder settings =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT);
        if (tls != null) {
            settings.sslContext(tls);
        }
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        try (HttpClient client = settings.build()) {
            return reading.read(client.send(request.build(), bodies));
        } catch (ConnectException refused) {
            throw new IOException(
                    "No broker answers at %s: start it, or give its address with --url."
                            .formatted(url),
                    refused);
        } catch (SSLException failure) {
            throw new IOException(
                    "%s can't be trusted (%s); --cafile names the certificate of its authority."
                            .formatted(url, failure.getMessage()),
                    failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the broker was asked", interrupted);
        }
    }

    private Map<String, @Nullable Object> content(int status, byte[] body) throws IOException {
        Map<String, @Nullable Object> content;
        try {
            content = Json.read(body);
        } catch (IOException e) {
            throw new IOException(url + " does not answer as a Godwit broker does.", e);
        }
        return switch (status) {
            case 200 -> content;
            case 401 ->
                    throw new IOException(
                            "The broker says: %s. Say who you are with --login or --login-token."
                                    .formatted(content.get("error")));
            default -> throw new IOException("The broker says: " + content.get("error"));
        };
    }

    /** Leaves out who asks. */
    @Override
    public String toString() {
        return "UrlClient of " + url;
    }
}
