package io.godwit.server.configuration;

import io.godwit.broker.limits.Limits;
import io.godwit.broker.limits.LimitsBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A configuration that is being put together; starts from the defaults. For one thread. */
final class Draft {

    /** A listener that is being put together. */
    static final class Listener {
        @Nullable String type;
        String bind;
        int port = 1883;
        final AuthenticationDraft.OfListener authentication;

        private Listener(String bind, AuthenticationDraft.OfListener authentication) {
            this.bind = bind;
            this.authentication = authentication;
        }
    }

    final long heap;
    private final boolean isFromFile;
    final LimitsBuilder limits;
    private final Map<String, Listener> listeners = new LinkedHashMap<>();
    Path dataDir = Path.of("data");
    int eventLoops = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    Persistence persistence = Persistence.defaults();
    final AuthenticationDraft authentication = new AuthenticationDraft();

    /**
     * What nothing is said about depends on whether there is a file: without one, only this machine
     * is served, and anonymous clients are allowed.
     */
    Draft(long heap, boolean isFromFile) {
        this.heap = heap;
        this.isFromFile = isFromFile;
        this.limits = Limits.defaults(heap).toBuilder();
    }

    /** Adds a listener with the defaults. */
    Listener listener(String name) {
        Listener listener =
                new Listener(isFromFile ? "0.0.0.0" : "127.0.0.1", authentication.listener(name));
        listeners.put(name, listener);
        return listener;
    }

    /** The configuration. */
    Configuration finish(Path workingDirectory, List<String> sources) {
        if (listeners.isEmpty()) {
            listener("tcp");
        }
        List<TcpListener> tcp = new ArrayList<>();
        listeners.forEach((name, it) -> tcp.add(new TcpListener(name, it.bind, it.port)));
        // An override alone can open a port to the network; that must not let everybody in.
        boolean isPrivate = !isFromFile && tcp.stream().allMatch(TcpListener::isLoopback);
        return new Configuration(
                workingDirectory.resolve(dataDir).toAbsolutePath().normalize(),
                tcp,
                authentication.finish(workingDirectory, isPrivate),
                persistence,
                limits.build(),
                eventLoops,
                sources);
    }
}
