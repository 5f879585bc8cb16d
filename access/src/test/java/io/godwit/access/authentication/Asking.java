package io.godwit.access.authentication;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.broker.auth.Authenticator;
import io.godwit.broker.auth.Authenticator.Decision;
import io.godwit.broker.auth.Credentials;
import io.godwit.broker.auth.Origin;
import io.godwit.broker.auth.UnixPeer;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What tests ask authenticators. */
final class Asking {

    private static final Origin TCP = Origin.tcp("tcp", InetAddress.getLoopbackAddress(), 1);

    private Asking() {}

    static Credentials user(@Nullable String userName, @Nullable String password) {
        return client("c", userName, password);
    }

    static Credentials client(
            String clientId, @Nullable String userName, @Nullable String password) {
        byte[] bytes = password == null ? null : password.getBytes(UTF_8);
        return new Credentials(clientId, userName, bytes, null, null, TCP, null);
    }

    static Credentials method(String method) {
        return new Credentials("c", null, null, method, new byte[0], TCP, null);
    }

    static Credentials certificates(String listener, List<X509Certificate> certificates) {
        return from(new Origin(listener, null, 1, true, certificates, null, Map.of()));
    }

    static Credentials process(int user) {
        return from(
                new Origin("unix", null, 0, false, List.of(), new UnixPeer(user, 1, 2), Map.of()));
    }

    static Credentials preShared(String identity) {
        return from(new Origin("tcp", null, 1, true, List.of(), null, Map.of(), identity));
    }

    private static Credentials from(Origin origin) {
        return new Credentials("c", "claimed", new byte[0], null, null, origin, null);
    }

    /** What becomes of it, waited for. */
    static Decision ask(Authenticator authenticator, Credentials credentials) throws Exception {
        CompletableFuture<Decision> decision = new CompletableFuture<>();
        authenticator.authenticate(credentials, decision::complete);
        return decision.get(60, TimeUnit.SECONDS);
    }
}
