package io.godwit.client.core;

import io.godwit.client.network.ServerAddress;
import io.godwit.client.network.ServerAddress.Scheme;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ReasonCode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which server is tried next, Server References included (§4.11). Under the lock. */
final class Servers {

    /**
     * References of one packet that are followed, and servers that are known beside those of the
     * builder: a server that names more does not get the client to try them all.
     */
    static final int MOST_REFERENCES = 10;

    private final List<ServerAddress> own;
    private final int most;
    private int next;
    private List<ServerAddress> detour = List.of();

    Servers(List<ServerAddress> own) {
        this.own = new ArrayList<>(own);
        this.most = own.size() + MOST_REFERENCES;
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
        if (own.get(next) == server) { // as most do, for which no code has to be made
            return;
        }
        int at = own.indexOf(server);
        next = at < 0 ? next : at;
    }

    /** The next turn begins with these. */
    void detour(List<ServerAddress> servers) {
        detour = List.copyOf(servers);
    }

    /**
     * A server has moved for good: the others stand in its place from now on.
     *
     * @param to 1 or more
     */
    void moved(ServerAddress from, List<ServerAddress> to) {
        if (!own.contains(from)) {
            return;
        }
        Set<ServerAddress> now = new LinkedHashSet<>();
        for (ServerAddress each : own) {
            now.addAll(each.equals(from) ? to : List.of(each));
        }
        own.clear();
        now.stream().limit(most).forEach(own::add);
        next = Math.max(0, own.indexOf(to.getFirst()));
    }

    /**
     * Where a reason code and its properties send the client, {@link #MOST_REFERENCES} at most;
     * empty if nowhere. What cannot be read, or would not be as secure, is passed over.
     */
    static List<ServerAddress> references(
            ServerAddress from, ReasonCode code, Properties properties) {
        String references = properties.get(Property.SERVER_REFERENCE);
        boolean elsewhere =
                code == ReasonCode.USE_ANOTHER_SERVER || code == ReasonCode.SERVER_MOVED;
        if (!elsewhere || references == null) {
            return List.of();
        }
        Set<ServerAddress> found = new LinkedHashSet<>();
        for (String reference : references.strip().split("\\s+")) {
            if (found.size() == MOST_REFERENCES) {
                break;
            }
            try {
                ServerAddress address = reference(from, reference);
                if (!isSecure(from) || isSecure(address)) { // what was secure stays so
                    found.add(address);
                }
            } catch (IllegalArgumentException unreadable) {
                continue;
            }
        }
        return List.copyOf(found);
    }

    /** {@code host}, {@code host:port} or a whole URI; what it leaves out is as before. */
    private static ServerAddress reference(ServerAddress from, String reference) {
        boolean isWhole = reference.contains("://");
        boolean isBareIpv6 =
                !reference.startsWith("[") && reference.indexOf(':') != reference.lastIndexOf(':');
        String place = isBareIpv6 ? "[" + reference + "]" : reference;
        String scheme = from.scheme().name().toLowerCase(Locale.ROOT);
        ServerAddress to = ServerAddress.parse(isWhole ? reference : scheme + "://" + place);
        if (to.scheme() == Scheme.UNIX) { // a server does not know the sockets of this machine
            throw new IllegalArgumentException(reference);
        }
        return new ServerAddress(
                to.scheme(),
                to.host(),
                to.port(),
                isWhole ? to.path() : from.path(),
                from.credentials());
    }

    private static boolean isSecure(ServerAddress address) {
        return address.scheme() == Scheme.MQTTS || address.scheme() == Scheme.WSS;
    }
}
