package io.godwit.client.network;

import io.godwit.client.network.WriteTurn.Writing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * TLS over another link. Reader and writer share an engine, which keeps each from the other only
 * while it computes, and no lock while they wait for the network.
 */
final class TlsLink implements Link {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final Link below;
    private final SSLEngine engine;
    private final TlsWords words;
    private final WriteTurn turn;
    private final AtomicBoolean closed = new AtomicBoolean();

    // the reader's, ready to be read from
    private ByteBuffer received;
    private ByteBuffer plain;

    private boolean isOpen;

    // the writer's
    private ByteBuffer record;

    private TlsLink(Link below, SSLEngine engine, TlsWords words, NetworkThreads threads) {
        this.below = below;
        this.engine = engine;
        this.words = words;
        this.turn = new WriteTurn(below, threads);
        int packet = engine.getSession().getPacketBufferSize();
        received = ByteBuffer.allocate(packet).limit(0);
        record = ByteBuffer.allocate(packet);
        plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).limit(0);
    }

    /** Makes TLS as a client of a server, over a link to it. */
    static TlsLink open(Link below, ServerAddress server, NetworkSettings network)
            throws IOException {
        TlsSettings settings = network.tls();
        TlsMaterial material = TlsMaterial.of(settings);
        TlsWords words = new TlsWords(server, settings, material);
        TlsLink link =
                new TlsLink(below, material.engine(server, settings), words, network.threads());
        try {
            link.handshake();
            link.isOpen = true;
            return link;
        } catch (SSLException failure) {
            turnDown(link);
            throw new LinkProblem(words.of(failure), failure);
        }
    }

    /** Tells the server why, as far as it listens. */
    private static void turnDown(TlsLink link) {
        link.turn.lastly(link::sayGoodbye);
    }

    private void handshake() throws IOException {
        engine.beginHandshake();
        while (true) {
            HandshakeStatus status = engine.getHandshakeStatus();
            switch (status) {
                case NEED_TASK -> runTasks();
                case NEED_WRAP -> {
                    try {
                        wrap(NOTHING);
                    } catch (SSLException failure) {
                        throw failure;
                    } catch (IOException gone) {
                        hearWhy();
                        throw gone;
                    }
                }
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    SSLEngineResult result = unwrap(null);
                    if (result == null || result.getStatus() == Status.CLOSED) {
                        throw new LinkProblem(words.ofSilence());
                    }
                }
                case FINISHED, NOT_HANDSHAKING -> {
                    return;
                }
            }
        }
    }

    /**
     * The server has closed while something was written to it: the alert that says why was sent
     * before and may stand there to be read.
     *
     * @throws SSLException if it does
     */
    private void hearWhy() throws SSLException {
        try {
            SSLEngineResult result = unwrap(null);
            while (result != null && result.getStatus() != Status.CLOSED) {
                result = unwrap(null);
            }
        } catch (SSLException alert) {
            throw alert;
        } catch (IOException nothing) { // it has said nothing, or that was lost
            return;
        }
    }

    private void runTasks() {
        Runnable task = engine.getDelegatedTask();
        while (task != null) {
            task.run();
            task = engine.getDelegatedTask();
        }
    }

    @Override
    public int read(ByteBuffer in) throws IOException {
        try {
            while (true) {
                if (plain.hasRemaining()) {
                    return take(in);
                }
                int before = in.position();
                SSLEngineResult result = unwrap(in);
                if (result == null || result.getStatus() == Status.CLOSED) {
                    return -1;
                }
                if (in.position() > before) {
                    return in.position() - before;
                }
            }
        } catch (SSLException failure) {
            throw new IOException(peer() + ": " + words.of(failure), failure);
        }
    }

    private int take(ByteBuffer in) {
        int count = Math.min(plain.remaining(), in.remaining());
        in.put(in.position(), plain, plain.position(), count);
        in.position(in.position() + count);
        plain.position(plain.position() + count);
        return count;
    }

    /**
     * Takes the next record apart, into a buffer that is large enough, else into {@link #plain}.
     *
     * @return null if the server has closed the connection
     */
    private @Nullable SSLEngineResult unwrap(@Nullable ByteBuffer in) throws IOException {
        while (true) {
            boolean isDirect = in != null && in.remaining() >= plain.capacity();
            ByteBuffer target = isDirect ? in : plain.clear();
            SSLEngineResult result;
            try {
                result = engine.unwrap(received, target);
            } finally {
                if (!isDirect) {
                    plain.flip();
                }
            }
            switch (result.getStatus()) {
                case BUFFER_UNDERFLOW -> {
                    if (!receive()) {
                        return null;
                    }
                }
                case BUFFER_OVERFLOW -> plain = larger(plain, plain.capacity()).limit(0);
                case OK, CLOSED -> {
                    answer(result.getHandshakeStatus());
                    return result;
                }
            }
        }
    }

    private boolean receive() throws IOException {
        if (received.remaining() == received.capacity()) {
            received = larger(received, engine.getSession().getPacketBufferSize());
        } else {
            received.compact();
        }
        try {
            return below.read(received) >= 0;
        } finally {
            received.flip();
        }
    }

    /** A larger buffer with the same content, ready to be written to behind it. */
    private static ByteBuffer larger(ByteBuffer full, int atLeast) {
        return ByteBuffer.allocate(Math.max(2 * full.capacity(), atLeast)).put(full);
    }

    /**
     * What the engine wants after a record: in TLS 1.3 perhaps to answer a KeyUpdate. During the
     * first handshake the one thread that there is does that by itself.
     */
    private void answer(HandshakeStatus status) {
        if (status == HandshakeStatus.NEED_TASK) {
            runTasks();
        } else if (status == HandshakeStatus.NEED_WRAP && isOpen) {
            turn.owe(this::wrapWhatIsOwed);
        }
    }

    private void wrapWhatIsOwed() throws IOException {
        while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && wrap(NOTHING)) {
            // until nothing is owed
        }
    }

    @Override
    public void write(ByteBuffer out) throws IOException {
        Writing all =
                () -> {
                    while (out.hasRemaining()) {
                        if (!wrap(out)) {
                            throw new IOException(
                                    peer() + " renegotiates TLS, which is not done here");
                        }
                    }
                };
        try {
            turn.write(all);
        } catch (SSLException failure) {
            throw new IOException(peer() + ": " + words.of(failure), failure);
        }
    }

    /**
     * Makes a record and writes it.
     *
     * @return whether there was something to be done
     */
    private boolean wrap(ByteBuffer out) throws IOException {
        SSLEngineResult result = engine.wrap(out, record.clear());
        if (result.getStatus() == Status.BUFFER_OVERFLOW) {
            record = larger(record.flip(), engine.getSession().getPacketBufferSize());
            return true;
        }
        if (result.bytesProduced() > 0) {
            below.write(record.flip());
        }
        if (result.getStatus() == Status.CLOSED && out.hasRemaining()) {
            throw new IOException("TLS with " + peer() + " has ended");
        }
        return result.bytesProduced() > 0 || result.bytesConsumed() > 0;
    }

    private void sayGoodbye() throws IOException {
        engine.closeOutbound();
        while (!engine.isOutboundDone() && wrap(NOTHING)) {
            // until it has written all that it has to say
        }
    }

    /** The application protocol that the server chose; empty if none. */
    String applicationProtocol() {
        return engine.getApplicationProtocol();
    }

    @Override
    public SSLSession session() {
        return engine.getSession();
    }

    @Override
    public String peer() {
        return below.peer();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            turn.lastly(this::sayGoodbye);
            below.close();
        }
    }
}
