package io.godwit.broker.protection;

import io.godwit.broker.auth.Network;
import io.godwit.broker.protection.Admission.Admitted;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts by site the sockets that have sent no CONNECT. It knows no more sites than there are such
 * sockets, which the limit of open ones bounds. Safe from any thread.
 */
final class UndecidedSockets {

    private final Map<Network, Site> sites = new HashMap<>();

    /** The sockets of one site, and the place of each of them. */
    private final class Site implements Admitted {

        private final Network network;
        private int sockets;

        Site(Network network) {
            this.network = network;
        }

        @Override
        public void leave() {
            leaveFrom(this);
        }
    }

    /**
     * Takes a place for one more socket.
     *
     * @param most how many the site may have, 1 or more
     * @return null if it has as many
     */
    synchronized @Nullable Admitted enter(Network network, int most) {
        Site site = sites.get(network);
        if (site == null) {
            site = new Site(network);
            sites.put(network, site);
        } else if (site.sockets >= most) {
            return null;
        }
        site.sockets++;
        return site;
    }

    private synchronized void leaveFrom(Site site) {
        if (--site.sockets == 0) {
            sites.remove(site.network);
        }
    }
}
