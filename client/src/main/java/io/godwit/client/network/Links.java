package io.godwit.client.network;

import io.godwit.client.network.ServerAddress.Scheme;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.InvalidPathException;

/** Makes connections. */
public final class Links {

    private Links() {}

    /**
     * Connects; blocks until the link can carry MQTT. Interrupting the thread ends the attempt.
     *
     * @throws java.net.SocketTimeoutException if it takes longer than {@link
     *     NetworkSettings#connectTimeout}; says what was under way
     * @throws java.io.InterruptedIOException if the thread is interrupted, as it still is then
     * @throws IOException if it cannot be made; says what failed (name, socket, proxy, TLS,
     *     WebSocket) and what to do
     */
    public static Link open(ServerAddress server, NetworkSettings settings) throws IOException {
        Opening opening = Opening.within(settings.connectTimeout(), settings.threads());
        try (opening) {
            Link link = layers(server, settings, opening);
            opening.succeeds();
            return link;
        } catch (IOException failure) {
            throw opening.explained(server, failure);
        }
    }

    private static Link layers(ServerAddress server, NetworkSettings settings, Opening opening)
            throws IOException {
        if (server.scheme() == Scheme.UNIX) {
            return unix(server.path(), opening);
        }
        Link link = tcp(server, settings, opening);
        if (server.scheme().isTls()) {
            opening.begins("agreeing on TLS");
            link = TlsLink.open(link, server, settings);
        }
        if (server.scheme().isWebSocket()) {
            opening.begins("asking for the WebSocket " + server);
            link = WebSocketRequest.open(link, server, settings);
        }
        return link;
    }

    private static Link tcp(ServerAddress server, NetworkSettings settings, Opening opening)
            throws IOException {
        ProxySettings proxy = settings.proxy();
        if (proxy == null) {
            return SocketRace.connect(
                    server.host(), server.port(), settings.localAddress(), opening);
        }
        Link link =
                SocketRace.connect(proxy.host(), proxy.port(), settings.localAddress(), opening);
        switch (proxy.kind()) {
            case HTTP -> HttpProxy.connect(link, proxy, server, opening);
            case SOCKS5 -> SocksProxy.connect(link, proxy, server, opening);
        }
        return link;
    }

    private static Link unix(String path, Opening opening) throws IOException {
        opening.begins("connecting to the socket");
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        Link link = opening.owns(new ChannelLink(channel, path));
        try {
            channel.connect(UnixDomainSocketAddress.of(path));
            return link;
        } catch (InvalidPathException | IOException failure) {
            throw new LinkProblem(
                    "no connection to the socket %s (%s); is the server running, and may you use its socket?"
                            .formatted(path, failure.getMessage()),
                    failure);
        }
    }
}
