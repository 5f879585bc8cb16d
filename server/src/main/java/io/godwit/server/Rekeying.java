package io.godwit.server;

import io.godwit.broker.Broker;
import io.godwit.broker.auth.Origin;
import io.godwit.codec.ReasonCode;
import io.godwit.gateway.sn.DtlsKeys;
import io.godwit.gateway.sn.SnListener;
import io.godwit.gateway.sn.SnSettings;
import io.godwit.server.configuration.GatewayKeys;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Other pre-shared keys, certificates or authorities for a gateway that goes on. */
final class Rekeying {

    private final Broker broker;
    private final SnListener gateway;
    private final DtlsKeys before;
    private final DtlsKeys after;

    /** Who clients have proved to be. */
    private record Shown(@Nullable String identity, List<X509Certificate> certificates) {}

    /**
     * Reads the files.
     *
     * @throws IOException if they cannot be used
     */
    Rekeying(Broker broker, SnListener gateway) throws IOException {
        SnSettings settings = gateway.settings();
        this.broker = broker;
        this.gateway = gateway;
        this.before = Objects.requireNonNull(gateway.keys());
        try {
            this.after = Objects.requireNonNull(GatewayKeys.read(settings));
        } catch (IOException problem) {
            throw new IOException(
                    "listener %s: %s".formatted(settings.name(), problem.getMessage()), problem);
        }
        if (!after.isLike(before)) {
            throw new IOException(
                    ("listener %s: the files hold keys of another kind than before; give them other"
                                    + " names, so that the port is opened anew")
                            .formatted(settings.name()));
        }
    }

    /** How many clients it would disconnect. */
    int refused() {
        Set<Shown> gone = gone();
        return gone.isEmpty() ? 0 : Listeners.inTime(broker.clients(it -> isOf(it, gone)));
    }

    /** Puts it in force, and disconnects clients that it does not admit; how many. */
    int apply() {
        Set<Shown> gone = gone();
        gateway.replace(after);
        return gone.isEmpty()
                ? 0
                : Listeners.inTime(
                        broker.disconnect(
                                it -> isOf(it, gone),
                                ReasonCode.NOT_AUTHORIZED,
                                "its key or certificate is not admitted any more after a reload"));
    }

    /** Each is looked at once, and not on a loop, which that would hold up. */
    private Set<Shown> gone() {
        Set<Shown> all = Collections.newSetFromMap(new ConcurrentHashMap<>());
        Listeners.inTime(
                broker.clients(origin -> {
                    if (origin.listener().equals(gateway.settings().name())) {
                        all.add(shown(origin));
                    }
                    return false;
                }));
        all.removeIf(it -> after.admits(it.identity, it.certificates, before));
        return all;
    }

    private boolean isOf(Origin origin, Set<Shown> gone) {
        return origin.listener().equals(gateway.settings().name()) && gone.contains(shown(origin));
    }

    private static Shown shown(Origin origin) {
        return new Shown(origin.pskIdentity(), origin.certificates());
    }
}
