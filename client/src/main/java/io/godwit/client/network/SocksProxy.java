package io.godwit.client.network;

import io.godwit.client.Credentials;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The way through a proxy that speaks SOCKS 5 (RFC 1928, RFC 1929). */
final class SocksProxy {

    private static final int VERSION = 5;
    private static final int NO_AUTHENTICATION = 0;
    private static final int USER_AND_PASSWORD = 2;
    private static final int NONE_ACCEPTED = 0xFF;
    private static final int IPV4 = 1;
    private static final int NAME = 3;
    private static final int IPV6 = 4;

    private static final List<String> REPLIES =
            List.of(
                    "it succeeded",
                    "a failure of its own",
                    "it does not allow that connection",
                    "the network is unreachable from it",
                    "the host is unreachable from it, or it does not know the name",
                    "the server refuses the connection: is it running, and is that its port?",
                    "the time to live has run out",
                    "it does not know CONNECT",
                    "it does not know this kind of address");

    private final Link link;
    private final ProxySettings proxy;

    private SocksProxy(Link link, ProxySettings proxy) {
        this.link = link;
        this.proxy = proxy;
    }

    /** Asks a proxy, to which there is a connection, for one to the server. */
    static void connect(Link link, ProxySettings proxy, ServerAddress server, Opening opening)
            throws IOException {
        byte[] destination = destination(server.host(), proxy.resolvesNames(), opening);
        opening.begins("asking the proxy " + proxy);
        SocksProxy dialogue = new SocksProxy(link, proxy);
        dialogue.authenticate(proxy.credentials());
        dialogue.request(destination, server.port());
    }

    private static byte[] destination(String host, boolean byName, Opening opening)
            throws IOException {
        if (byName && !HostAddresses.isAddress(host)) {
            byte[] name = host.getBytes(StandardCharsets.UTF_8);
            if (name.length > 255) {
                throw new LinkProblem("a SOCKS proxy takes names of 255 bytes at most");
            }
            return ByteBuffer.allocate(2 + name.length)
                    .put((byte) NAME)
                    .put((byte) name.length)
                    .put(name)
                    .array();
        }
        InetAddress address = HostAddresses.of(host, opening).getFirst();
        byte[] bytes = address.getAddress();
        int kind = address instanceof Inet4Address ? IPV4 : IPV6;
        return ByteBuffer.allocate(1 + bytes.length).put((byte) kind).put(bytes).array();
    }

    private void authenticate(@Nullable Credentials credentials) throws IOException {
        send(
                credentials == null
                        ? new byte[] {VERSION, 1, NO_AUTHENTICATION}
                        : new byte[] {VERSION, 2, NO_AUTHENTICATION, USER_AND_PASSWORD});
        byte[] answer = read(2);
        if (answer[0] != VERSION) {
            throw problem("does not speak SOCKS 5");
        }
        int method = answer[1] & 0xFF;
        if (method == USER_AND_PASSWORD && credentials != null) {
            logIn(credentials);
        } else if (method == NONE_ACCEPTED) {
            throw problem(
                    credentials == null
                            ? "wants a user name and a password, as in socks5h://user:password@host"
                            : "takes no authentication with user name and password");
        } else if (method != NO_AUTHENTICATION) {
            throw problem("wants authentication of a kind that was not offered");
        }
    }

    private void logIn(Credentials credentials) throws IOException {
        String user = credentials.userName() == null ? "" : credentials.userName();
        byte[] name = user.getBytes(StandardCharsets.UTF_8);
        byte[] password = credentials.password() == null ? new byte[0] : credentials.password();
        if (name.length > 255 || password.length > 255) {
            throw problem("takes user names and passwords of 255 bytes at most");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(1);
        out.write(name.length);
        out.writeBytes(name);
        out.write(password.length);
        out.writeBytes(password);
        send(out.toByteArray());
        if (read(2)[1] != 0) {
            throw problem("does not accept user name and password");
        }
    }

    private void request(byte[] destination, int port) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {VERSION, 1, 0});
        out.writeBytes(destination);
        out.write(port >> 8);
        out.write(port);
        send(out.toByteArray());
        byte[] answer = read(4);
        int reply = answer[1] & 0xFF;
        if (reply != 0) {
            throw problem(
                    "can't connect: "
                            + (reply < REPLIES.size() ? REPLIES.get(reply) : "reply " + reply));
        }
        int bound = // the address that the proxy uses, which nobody needs
                switch (answer[3]) {
                    case IPV4 -> 4;
                    case IPV6 -> 16;
                    case NAME -> read(1)[0] & 0xFF;
                    default -> throw problem("answers with an unknown kind of address");
                };
        read(bound + 2);
    }

    private void send(byte[] bytes) throws IOException {
        link.write(ByteBuffer.wrap(bytes));
    }

    private byte[] read(int count) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(count);
        while (in.hasRemaining()) {
            if (link.read(in) < 0) {
                throw problem("closed the connection instead of an answer; is it a SOCKS 5 proxy?");
            }
        }
        return in.array();
    }

    private LinkProblem problem(String what) {
        return new LinkProblem("the proxy " + proxy + " " + what);
    }
}
