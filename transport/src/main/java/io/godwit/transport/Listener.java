package io.godwit.transport;

import io.netty.channel.ServerChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A place that accepts connections. Safe from any thread. */
public final class Listener implements AutoCloseable {

    private static final long CLOSE_WITHIN_SECONDS = 5;

    private final AcceptHandler accepting;
    private final ListenerState state;
    private final ServerChannel channel;
    private final SocketAddress address;
    private final List<NettyLoop> loops;
    private final @Nullable UnixSocketFile file;
    private final Consumer<Listener> closed;

    Listener(
            AcceptHandler accepting,
            ServerChannel channel,
            List<NettyLoop> loops,
            @Nullable UnixSocketFile file,
            Consumer<Listener> closed) {
        this.accepting = accepting;
        this.state = accepting.state();
        this.channel = channel;
        this.address = channel.localAddress();
        this.loops = loops;
        this.file = file;
        this.closed = closed;
    }

    /** Begins to accept, if it was only bound ({@link NettyTransport#bind}). */
    public void accept() {
        accepting.begin();
    }

    /** What the configuration calls it. */
    public String name() {
        return state.name();
    }

    /** What it is now: as it was opened, with the TLS that is in force. */
    public ListenerSettings settings() {
        return state.settings();
    }

    /**
     * Where it listens, with the port that the system chose if none was given.
     *
     * @throws IllegalStateException if it is a Unix domain socket
     */
    public InetSocketAddress address() {
        if (address instanceof InetSocketAddress inet) {
            return inet;
        }
        throw new IllegalStateException(name() + " is a Unix domain socket");
    }

    /** How often each has happened to its sockets. */
    public Map<Incident, Long> incidents() {
        return state.incidents().counts();
    }

    /** TLS handshakes that were done so far. */
    public long handshakes() {
        return state.handshakesDone();
    }

    /** TLS handshakes that are under way now. */
    public int handshakesUnderWay() {
        return state.handshakes().underWay();
    }

    /** The certificates that it shows now, with their expiry; none without TLS. */
    public List<ServedCertificate> certificates() {
        TlsContext tls = state.acquireTlsIfAny();
        if (tls == null) {
            return List.of();
        }
        try {
            return tls.material().certificates().stream().map(TlsMaterial.Own::served).toList();
        } finally {
            tls.release();
        }
    }

    /**
     * Reads the files anew, and lets new handshakes use what they hold; connections that there are
     * stay as they are ({@link #closeNoLongerAdmitted}). For a listener that has TLS and is open.
     * Blocks; not to be called on a loop.
     *
     * @param settings the same as before, or others
     * @throws TlsProblem if something about the files is wrong, such as a key that is not the
     *     certificate's, or a date; then all stays as it was
     */
    public void replaceTls(TlsSettings settings) throws TlsProblem {
        try (TlsReplacement replacement = prepareTls(settings)) {
            replacement.apply();
        }
    }

    /**
     * Reads the files anew as {@link #replaceTls} does, but puts nothing in force yet. Blocks; not
     * to be called on a loop.
     *
     * @return to be applied, or not, and closed
     * @throws TlsProblem if something about the files is wrong
     */
    public TlsReplacement prepareTls(TlsSettings settings) throws TlsProblem {
        TlsContext before = state.acquireTls();
        TlsContext made;
        try {
            made = TlsContext.of(settings, before.preferred());
        } finally {
            before.release();
        }
        Optional<TlsProblem> outOfDate = made.material().outOfDate(Instant.now());
        if (outOfDate.isPresent()) {
            made.release();
            throw outOfDate.get();
        }
        return new TlsReplacement(state, made);
    }

    /**
     * Why a client with this chain would not be admitted now, in words; empty if it would, or if
     * the listener asks for no certificates. May take milliseconds; not to be called on a loop.
     *
     * @param chain the client's own certificate first; empty if it has none
     */
    public Optional<String> refusal(List<X509Certificate> chain) {
        return state.refusal(chain);
    }

    /**
     * Closes its connections whose certificates it would not admit any more, as after a new
     * authority or revocation list; clients are told why, as far as their version can be.
     *
     * @return how many were closed; completed on any thread
     */
    public CompletableFuture<Integer> closeNoLongerAdmitted() {
        Set<List<X509Certificate>> chains = ConcurrentHashMap.newKeySet();
        return onEach(wire -> chains.add(wire.origin().certificates()))
                .thenApplyAsync(_ -> refused(chains), Thread.ofVirtual()::start)
                .thenCompose(this::close);
    }

    private Map<List<X509Certificate>, String> refused(Set<List<X509Certificate>> chains) {
        Map<List<X509Certificate>, String> refused = new HashMap<>();
        for (List<X509Certificate> chain : chains) {
            refusal(chain).ifPresent(why -> refused.put(chain, why));
        }
        return refused;
    }

    private CompletableFuture<Integer> close(Map<List<X509Certificate>, String> refused) {
        AtomicInteger closed = new AtomicInteger();
        return onEach(
                        wire -> {
                            String why = refused.get(wire.origin().certificates());
                            if (why != null && wire.refuse(why)) {
                                closed.incrementAndGet();
                                state.incidents().count(Incident.NO_LONGER_ADMITTED);
                            }
                        })
                .thenApply(_ -> closed.get());
    }

    /**
     * Closes its connections, and those that are still on their way to be one, when what was to be
     * sent has been; for a listener that is closed and gone.
     *
     * @return done when all loops have been told
     */
    public CompletableFuture<Void> closeConnections() {
        state.end();
        return onEach(NettyWire::close);
    }

    /** Runs an action for each of its connections, on the loop that it is on. */
    private CompletableFuture<Void> onEach(Consumer<NettyWire> action) {
        return CompletableFuture.allOf(
                loops.stream()
                        .map(loop ->
                                CompletableFuture.runAsync(
                                        () ->
                                                loop.each(wire -> {
                                                    if (wire.hasBegunOn(state)) {
                                                        action.accept(wire);
                                                    }
                                                }),
                                        loop::execute))
                        .toArray(CompletableFuture<?>[]::new));
    }

    /**
     * Accepts nothing more; connections that were accepted stay. Waits for it, but not for more
     * than some seconds; with {@link SocketKind#NIO} the port is free a moment later. The file of a
     * Unix domain socket is removed. Not to be called on a loop.
     */
    @Override
    public void close() {
        closed.accept(this);
        channel.close().awaitUninterruptibly(CLOSE_WITHIN_SECONDS, TimeUnit.SECONDS);
        state.close();
        if (file != null) {
            file.remove();
        }
    }

    /** Gives back what its handshakes needed; the loops have ended. */
    void release() {
        state.release();
    }
}
