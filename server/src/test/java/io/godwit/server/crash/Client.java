package io.godwit.server.crash;

import io.godwit.codec.ConnAck;
import io.godwit.codec.Connect;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import io.godwit.server.crash.Event.Anomaly;
import io.godwit.server.crash.Event.Connected;
import java.io.IOException;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A client with a session that outlives its connections. While it runs it lives on a thread of its
 * own, which alone touches what subclasses keep; between two runs it is the caller's.
 */
abstract class Client {

    private static final long SESSION_EXPIRY_SECONDS = 86_400;

    final String name;
    final ProtocolVersion version;
    final Random random;
    final History history;
    private int connection;
    private @Nullable Thread thread;
    private volatile @Nullable Link link;
    private volatile boolean halted;
    private volatile boolean draining;
    private volatile boolean working;

    Client(String name, ProtocolVersion version, long seed, History history) {
        this.name = name;
        this.version = version;
        this.random = new Random(seed ^ name.hashCode());
        this.history = history;
    }

    /**
     * Connects and does its work, until it is halted or has no more to do.
     *
     * @param drain whether it shall bring to an end what is under way, and not drop its connection
     */
    void start(int port, boolean drain) {
        halted = false;
        draining = drain;
        working = true;
        thread = Thread.ofVirtual().name(name).start(() -> work(port));
    }

    /** From now on it does not connect again when its connection ends. */
    final void halt() {
        halted = true;
    }

    /** Ends its connection. */
    final void cut() {
        Link open = link;
        if (open != null) {
            open.cut();
        }
    }

    /** Whether it has something to do yet. */
    final boolean isWorking() {
        return working;
    }

    /** Waits until it has read all that came before the end of its connection. */
    final void join() throws InterruptedException {
        if (thread != null) {
            thread.join();
        }
    }

    final boolean draining() {
        return draining;
    }

    final int connection() {
        return connection;
    }

    /**
     * Works on a connection.
     *
     * @return whether it shall connect again; the connection is cut now
     */
    abstract boolean serve(Link link) throws IOException;

    /** More than the properties of every CONNECT of version 5. */
    abstract Properties connectProperties(Properties properties);

    private void work(int port) {
        try {
            live(port);
        } catch (RuntimeException bug) {
            anomaly("the client itself failed: " + bug);
        } finally {
            working = false;
            history.wake();
        }
    }

    private void live(int port) {
        boolean again = true;
        while (again && !halted) {
            try (Link opened = new Link(port, version)) {
                link = opened;
                if (halted) {
                    return;
                }
                connect(opened);
                again = serve(opened);
                part(opened);
            } catch (IOException failure) {
                if (!halted) {
                    anomaly("its connection failed: " + failure.getMessage());
                    again = false;
                }
            }
        }
    }

    private void connect(Link opened) throws IOException {
        Properties properties = Properties.NONE;
        if (version.isV5()) {
            properties =
                    connectProperties(
                            Properties.of(
                                    Property.SESSION_EXPIRY_INTERVAL, SESSION_EXPIRY_SECONDS));
        }
        opened.write(new Connect(version, name, false, 0, null, null, null, properties));
        ConnAck connAck = opened.read(ConnAck.class);
        if (connAck.reasonCode() != ReasonCode.SUCCESS) {
            throw new IOException("CONNACK with " + connAck.reasonCode());
        }
        connection++;
        history.add(new Connected(name, connection, connAck.sessionPresent()));
    }

    /** Some go with a word, some without. */
    private void part(Link opened) throws IOException {
        switch (random.nextInt(3)) {
            case 0 -> opened.cut();
            case 1 -> {
                opened.write(new Disconnect(ReasonCode.SUCCESS));
                opened.flush();
            }
            default -> opened.flush();
        }
    }

    final void anomaly(String what) {
        history.add(new Anomaly(name, what));
    }
}
