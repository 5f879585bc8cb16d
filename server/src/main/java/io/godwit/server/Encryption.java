package io.godwit.server;

import io.godwit.broker.Broker;
import io.godwit.transport.Listener;
import io.godwit.transport.TlsReplacement;
import io.godwit.transport.TlsSettings;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Other certificates, keys, authorities or revocations for a listener that goes on. */
final class Encryption implements AutoCloseable {

    private final Broker broker;
    private final Listener listener;
    private final TlsReplacement replacement;

    /** Reads the files. */
    Encryption(Broker broker, Listener listener, TlsSettings tls) throws IOException {
        this.broker = broker;
        this.listener = listener;
        try {
            this.replacement = listener.prepareTls(tls);
        } catch (IOException problem) {
            throw new IOException(
                    "listener %s: %s".formatted(listener.name(), problem.getMessage()), problem);
        }
    }

    /** How many of its clients it would not admit. Each certificate is looked at once. */
    int refused() {
        Map<List<X509Certificate>, Integer> clients = new ConcurrentHashMap<>();
        Listeners.inTime(
                broker.clients(origin -> {
                    if (origin.listener().equals(listener.name())) {
                        clients.merge(origin.certificates(), 1, Integer::sum);
                    }
                    return false; // looking at a certificate takes too long for a loop
                }));
        int refused = 0;
        for (var chain : clients.entrySet()) {
            refused += replacement.refusal(chain.getKey()).isPresent() ? chain.getValue() : 0;
        }
        return refused;
    }

    /** Puts it in force, and closes connections that it does not admit; how many. */
    int apply() {
        replacement.apply();
        return Listeners.inTime(listener.closeNoLongerAdmitted());
    }

    @Override
    public void close() {
        replacement.close();
    }
}
