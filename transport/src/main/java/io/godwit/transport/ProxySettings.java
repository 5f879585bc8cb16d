package io.godwit.transport;

import io.godwit.broker.auth.Network;
import java.util.List;

/**
 * The PROXY protocol, version 1 or 2, of a listener behind a load balancer. The header is required
 * then: nobody connects without one.
 *
 * @param trusted from where it is taken; connections from elsewhere are closed. Without meaning for
 *     a Unix domain socket, whose mode says who may connect
 */
public record ProxySettings(List<Network> trusted) {

    /** Copies the list. */
    public ProxySettings {
        trusted = List.copyOf(trusted);
    }
}
