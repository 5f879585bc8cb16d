package io.godwit.client.network;

import io.godwit.client.Credentials;
import org.jspecify.annotations.Nullable;

/**
 * A proxy to connect through.
 *
 * @param resolvesNames whether the proxy resolves the server's name ({@code socks5h}); always so for HTTP
 */
public record ProxySettings(
        Kind kind, String host, int port, boolean resolvesNames, @Nullable Credentials credentials) {

    /** What the proxy speaks. */
    public enum Kind {
        /** CONNECT of HTTP/1.1. */
        HTTP,
        /** SOCKS version 5 (RFC 1928), with user name and password (RFC 1929) if there are credentials. */
        SOCKS5
    }

    /**
     * The proxy that a URI names: {@code http://}, {@code socks5://} or {@code socks5h://}.
     *
     * @throws IllegalArgumentException if it names none; says why
     */
    public static ProxySettings parse(String uri) {
        throw new UnsupportedOperationException(uri);
    }
}
