package io.godwit.client.core;

import io.godwit.client.network.ServerAddress;
import io.godwit.client.network.ServerAddress.Scheme;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Which server is tried next, Server References included (§4.11). Under the lock. */
final class Servers {

    private final List<ServerAddress> own;
    private int next;
    private List<ServerAddress> detour = List.of();

    Servers(List<ServerAddress> own) {
        this.own = new ArrayList<>(own);
    }

    /** All, in the order in which they are to be tried; where a detour leads comes first, once. */
    List<ServerAddress> turn() {
        List<ServerAddress> turn = new ArrayList<>(detour);
        detour = List.of();
        for (int i = 0; i < own.size(); i++) {
            turn.add(own.get((next + i) % own.size()));
        }
        return turn;
    }

    /** The next turn begins with a server that was reached. */
    void reached(ServerAddress server) {
        int at = own.indexOf(server);
        next = at < 0 ? next : at;
    }

    /** The next turn begins with these. */
    void detour(List<ServerAddress> servers) {
        detour = List.copyOf(servers);
    }

    /** A server has moved for good: the others stand in its place from now on. */
    void moved(ServerAddress from, List<ServerAddress> to) {
        int at = own.indexOf(from);
        if (at >= 0) {
            own.remove(at);
            own.addAll(at, to);
            next = at;
        }
    }

    /** Where a reason code and its properties send the client; empty if nowhere. */
    static List<ServerAddress> references(
            ServerAddress from, ReasonCode code, Properties properties) {
        String references = properties.get(Property.SERVER_REFERENCE);
        boolean elsewhere =
                code == ReasonCode.USE_ANOTHER_SERVER || code == ReasonCode.SERVER_MOVED;
        if (!elsewhere || references == null) {
            return List.of();
        }
        List<ServerAddress> found = new ArrayList<>();
        for (String reference : references.strip().split("\\s+")) {
            try {
                ServerAddress address = reference(from, reference);
                if (!isSecure(from) || isSecure(address)) { // what was secure stays so
                    found.add(address);
                }
            } catch (IllegalArgumentException unreadable) {
                continue;
            }
        }
        return found;
    }

    /** {@code host}, {@code host:port} or a whole URI; what it leaves out is as before. */
    private static ServerAddress reference(ServerAddress from, String reference) {
        if (reference.contains("://")) {
            ServerAddress to = ServerAddress.parse(reference);
            return new ServerAddress(
                    to.scheme(), to.host(), to.port(), to.path(), from.credentials());
        }
        boolean bracketed = reference.startsWith("[");
        int colon = reference.indexOf(':', bracketed ? reference.indexOf(']') : 0);
        boolean bareIpv6 = !bracketed && colon != reference.lastIndexOf(':');
        String host = colon < 0 || bareIpv6 ? reference : reference.substring(0, colon);
        int port =
                colon < 0 || bareIpv6
                        ? from.scheme().port()
                        : Integer.parseInt(reference.substring(colon + 1));
        if (host.isEmpty() || port < 1 || port > 65_535 || from.scheme() == Scheme.UNIX) {
            throw new IllegalArgumentException(reference);
        }
        if (bracketed) {
            host = host.substring(1, host.indexOf(']'));
        }
        return new ServerAddress(from.scheme(), host, port, from.path(), from.credentials());
    }

    private static boolean isSecure(ServerAddress address) {
        return address.scheme() == Scheme.MQTTS || address.scheme() == Scheme.WSS;
    }

    /** An address for a person, without its credentials. */
    static String text(ServerAddress address) {
        String scheme = address.scheme().name().toLowerCase(Locale.ROOT) + "://";
        if (address.scheme() == Scheme.UNIX) {
            return scheme + address.path();
        }
        String host = address.host().contains(":") ? "[" + address.host() + "]" : address.host();
        return scheme + host + ":" + address.port() + address.path();
    }
}
