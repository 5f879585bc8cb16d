package io.godwit.junit;

import io.godwit.broker.Inspection;
import io.godwit.broker.shard.TimerWheel;
import io.godwit.broker.spi.Message;
import io.godwit.server.GodwitServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One broker in this process, with what makes it one for tests: its clock, the proxy in front of it
 * and the record of its messages. It may be stopped and started again. Safe from any thread.
 */
final class RunningBroker implements AutoCloseable {

    /** Who publishes what tests publish; not empty, which would be the broker itself. */
    static final String PUBLISHER = "@MqttBroker";

    private final BrokerSettings settings;
    private final TemporaryDirectory directory;
    private final JumpingTime time = new JumpingTime();
    private final Faults faults = new Faults();
    private final MessageLog log = new MessageLog(TestBroker.KEPT_MESSAGES, TestBroker.KEPT_BYTES);
    private final Proxy proxy;
    private final AtomicInteger unnamedClients = new AtomicInteger();
    private volatile @Nullable GodwitServer server;
    private boolean isClosed;

    /**
     * Starts a broker.
     *
     * @throws IllegalArgumentException if its configuration can't be used; says all that is wrong
     * @throws UncheckedIOException if it can't be started; says why
     */
    RunningBroker(BrokerSettings settings) {
        GodwitServer.prepare();
        this.settings = settings;
        try {
            this.directory = TemporaryDirectory.create();
            this.proxy = Proxy.open(faults);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        try {
            start();
        } catch (RuntimeException failure) {
            close();
            throw failure;
        }
    }

    BrokerSettings settings() {
        return settings;
    }

    Faults faults() {
        return faults;
    }

    MessageLog log() {
        return log;
    }

    Proxy proxy() {
        return proxy;
    }

    /** A Client Identifier for a client to which the test gives none. */
    String nextClientId() {
        return "test-client-" + unnamedClients.incrementAndGet();
    }

    // --- the broker behind the proxy ------------------------------------------------------------

    /**
     * Starts it; nothing happens if it runs.
     *
     * @throws IllegalStateException if it is closed
     */
    synchronized void start() {
        if (isClosed) {
            throw new IllegalStateException("the broker is closed, since its test has ended");
        }
        if (server != null) {
            return;
        }
        try {
            GodwitServer started =
                    GodwitServer.startInTest(settings.configuration(directory.path()), time);
            server = started;
            started.broker().inspection().watch(this::record);
            proxy.connectTo(started.addresses().get(BrokerSettings.LISTENER));
        } catch (IOException failure) {
            throw new UncheckedIOException(
                    "the broker can't be started: " + failure.getMessage(), failure);
        }
    }

    /** Stops it as an operator would; nothing happens if it does not run. */
    synchronized void stop() {
        GodwitServer running = server;
        if (running == null) {
            return;
        }
        proxy.connectTo(null);
        proxy.cutStopped();
        running.close();
        server = null;
    }

    /** Stops it if it runs, and removes what it has stored. */
    synchronized void wipe() {
        stop();
        directory.empty();
    }

    private void record(Message message) {
        if (!message.topic().isDollar()) {
            log.add(RecordedMessage.of(message));
        }
    }

    boolean isRunning() {
        return server != null;
    }

    /** The broker as it runs now. */
    GodwitServer server() {
        GodwitServer running = server;
        if (running == null) {
            throw new IllegalStateException("the broker was stopped: startAgain() starts it again");
        }
        return running;
    }

    Inspection inspection() {
        return server().broker().inspection();
    }

    /** The listeners that the configuration has beside the test's own. */
    Map<String, InetSocketAddress> otherListeners() {
        Map<String, InetSocketAddress> others = new LinkedHashMap<>(server().addresses());
        others.remove(BrokerSettings.LISTENER);
        return others;
    }

    /** What a loop of the broker says; it does at once, unless something is badly wrong. */
    <T> T answer(CompletableFuture<T> answer) {
        try {
            return answer.get(settings.patience().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new IllegalStateException(
                    "the broker does not answer within %d s"
                            .formatted(settings.patience().toSeconds()),
                    late);
        } catch (ExecutionException fault) {
            throw new IllegalStateException("the broker has failed", fault.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    // --- time -----------------------------------------------------------------------------------

    /**
     * Moves the clocks forward, from one end of a session or will to the next, so that each happens
     * at its time. Timers have a resolution, to which all is rounded up.
     */
    synchronized void advance(Duration duration) {
        long end = nextTick(time.monotonicMillis() + duration.toMillis());
        boolean arrived = false;
        while (!arrived) {
            long due = answer(inspection().nextDue());
            long now = time.monotonicMillis();
            arrived = due > end || now >= end;
            long target = arrived ? end : nextTick(Math.max(due, now));
            time.jump(Math.max(0, target - now));
            answer(inspection().runDue());
        }
    }

    private static long nextTick(long millis) {
        return Math.ceilDiv(millis, TimerWheel.RESOLUTION) * TimerWheel.RESOLUTION;
    }

    // --- the end --------------------------------------------------------------------------------

    @Override
    public synchronized void close() {
        isClosed = true;
        stop();
        proxy.close();
        directory.close();
    }
}
