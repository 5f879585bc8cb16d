package io.godwit.access.authentication.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.broker.auth.Authenticator;
import io.godwit.broker.auth.Authenticator.Decision;
import io.godwit.broker.auth.Authenticator.Exchange;
import io.godwit.broker.auth.Credentials;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.Origin;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Clients that connect, and what becomes of them. */
public final class Connecting {

    private static final Origin TCP = Origin.tcp("tcp", InetAddress.getLoopbackAddress(), 1);

    private Connecting() {}

    /** With a user name and a password. */
    public static Credentials with(@Nullable String userName, @Nullable String password) {
        return with(userName, password == null ? null : password.getBytes(UTF_8));
    }

    /** With a password that may be any bytes. */
    public static Credentials with(@Nullable String userName, byte @Nullable [] password) {
        return new Credentials("client", userName, password, null, null, TCP, null);
    }

    /** By an Authentication Method; again, if it is known. */
    public static Credentials by(String method, byte @Nullable [] data, @Nullable Identity known) {
        return new Credentials("client", null, null, method, data, TCP, known);
    }

    /** Over a WebSocket with a query. */
    public static Credentials query(Map<String, String> query, @Nullable String password) {
        byte[] bytes = password == null ? null : password.getBytes(UTF_8);
        Origin origin =
                new Origin(
                        "ws", InetAddress.getLoopbackAddress(), 1, false, List.of(), null, query);
        return new Credentials("client", null, bytes, null, null, origin, null);
    }

    /** The decision about a client, which does not come yet perhaps. */
    public static CompletableFuture<Decision> begin(
            Authenticator authenticator, Credentials credentials) {
        CompletableFuture<Decision> decision = new CompletableFuture<>();
        authenticator.authenticate(credentials, decision::complete);
        return decision;
    }

    /** The decision about a client. */
    public static Decision ask(Authenticator authenticator, Credentials credentials) {
        return await(begin(authenticator, credentials));
    }

    /** What follows an answer. */
    public static Decision answer(Exchange exchange, byte[] data) {
        CompletableFuture<Decision> decision = new CompletableFuture<>();
        exchange.answered(data, decision::complete);
        return await(decision);
    }

    /** Waits for a decision. */
    public static Decision await(CompletableFuture<Decision> decision) {
        return decision.orTimeout(60, TimeUnit.SECONDS).join();
    }
}
