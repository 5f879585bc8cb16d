package io.godwit.client.network;

import io.godwit.client.Credentials;
import org.jspecify.annotations.Nullable;

/**
 * A proxy to connect through; Unix domain sockets are reached without it.
 *
 * @param port 1 to 65,535
 * @param resolvesNames whether the proxy resolves the server's name ({@code socks5h}); always so
 *     for HTTP
 * @param credentials for the proxy, not for the server; or null
 */
public record ProxySettings(
        Kind kind, String host, int port, boolean resolvesNames, @Nullable Credentials credentials) {

    /** What the proxy speaks. */
    public enum Kind {
        /** CONNECT of HTTP/1.1, with Basic authentication if there are credentials. */
        HTTP,
        /**
         * SOCKS version 5 (RFC 1928), with user name and password (RFC 1929) if there are
         * credentials.
         */
        SOCKS5
    }

    private static final int HTTP_PORT = 80;
    private static final int SOCKS_PORT = 1080;

    /**
     * The proxy that a URI names: {@code http://}, {@code socks5://} or {@code socks5h://}, with
     * {@code user:password@} or without; port 80 or 1080 if it names none.
     *
     * @throws IllegalArgumentException if it names none; says why, without a password
     */
    public static ProxySettings parse(String uri) {
        String text = uri.strip();
        try {
            return of(UriText.parse(text));
        } catch (IllegalArgumentException why) {
            throw new IllegalArgumentException(
                    "%s is no proxy such as socks5h://localhost:1080 or http://localhost:3128: %s"
                            .formatted(UriText.shown(text), why.getMessage()),
                    why);
        }
    }

    private static ProxySettings of(UriText text) {
        Kind kind =
                switch (text.scheme()) {
                    case "http" -> Kind.HTTP;
                    case "socks5", "socks5h" -> Kind.SOCKS5;
                    default ->
                            throw new IllegalArgumentException(
                                    "'%s' is none of http, socks5 and socks5h"
                                            .formatted(text.scheme()));
                };
        if (text.host().isEmpty()) {
            throw new IllegalArgumentException("it names no host");
        }
        if (!text.rest().isEmpty() && !text.rest().equals("/")) {
            throw new IllegalArgumentException("a proxy has no path");
        }
        int usual = kind == Kind.HTTP ? HTTP_PORT : SOCKS_PORT;
        return new ProxySettings(
                kind,
                text.host(),
                text.port() == UriText.NO_PORT ? usual : text.port(),
                !text.scheme().equals("socks5"),
                text.credentials());
    }

    /** As a URI, without credentials. */
    @Override
    public String toString() {
        String scheme = kind == Kind.HTTP ? "http" : resolvesNames ? "socks5h" : "socks5";
        return scheme + "://" + ServerAddress.place(host, port);
    }
}
