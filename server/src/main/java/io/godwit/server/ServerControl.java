package io.godwit.server;

import io.godwit.broker.control.Bans;
import io.godwit.broker.control.BrokerControl;
import io.godwit.broker.control.BrokerMetrics;
import io.godwit.broker.control.Clients;
import io.godwit.broker.control.Explanation;
import io.godwit.broker.control.Instance;
import io.godwit.broker.control.Messages;
import io.godwit.broker.control.Question;
import io.godwit.broker.control.Refusal;
import io.godwit.broker.control.ReloadPlan;
import io.godwit.broker.control.SessionState;
import io.godwit.broker.control.Traces;
import io.godwit.server.reload.Reloads;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What an administrator can ask of this server. Safe for every thread. */
final class ServerControl implements BrokerControl, AutoCloseable {

    /** Makes a copy of the store in a directory that does not exist yet. */
    @FunctionalInterface
    interface Checkpoint {
        void make(Path directory) throws IOException;
    }

    /** What can be seen of the broker. */
    record Views(Clients clients, Messages messages, Instance instance, Traces traces) {}

    /** Explains what a client may do. */
    @FunctionalInterface
    interface Explaining {
        Explanation explain(Question question) throws Refusal;
    }

    private final @Nullable Checkpoint checkpoint;
    private final Bans bans;
    private final BrokerMetrics metrics;
    private final ServerSessions sessions;
    private final @Nullable Views views;
    private final Explaining explaining;
    private final Reloads reloads;

    /** Held while a backup is made. */
    private final ReentrantLock backup = new ReentrantLock();

    private volatile boolean closed;

    /**
     * For a server with these bans, metrics and sessions, and this store.
     *
     * @param views null if nothing is shown
     * @param checkpoint copies the store, and isn't called any more once this is closed; null if
     *     everything is in memory
     * @param reloads apply other configurations
     */
    ServerControl(
            Bans bans,
            BrokerMetrics metrics,
            ServerSessions sessions,
            @Nullable Views views,
            @Nullable Checkpoint checkpoint,
            Explaining explaining,
            Reloads reloads) {
        this.bans = bans;
        this.metrics = metrics;
        this.sessions = sessions;
        this.views = views;
        this.checkpoint = checkpoint;
        this.explaining = explaining;
        this.reloads = reloads;
    }

    @Override
    public String version() {
        return Version.current();
    }

    @Override
    public Bans bans() {
        return bans;
    }

    @Override
    public BrokerMetrics metrics() {
        return metrics;
    }

    @Override
    public Clients clients() throws Refusal {
        return views == null ? BrokerControl.super.clients() : views.clients();
    }

    @Override
    public Messages messages() throws Refusal {
        return views == null ? BrokerControl.super.messages() : views.messages();
    }

    @Override
    public Traces traces() throws Refusal {
        return views == null ? BrokerControl.super.traces() : views.traces();
    }

    @Override
    public Instance instance() throws Refusal {
        return views == null ? BrokerControl.super.instance() : views.instance();
    }

    @Override
    public Optional<SessionState> session(String clientId) throws IOException {
        return sessions.find(clientId);
    }

    @Override
    public Optional<SessionState> endSession(String clientId) throws IOException {
        return sessions.end(clientId);
    }

    @Override
    public Backup backup(Path directory) throws IOException {
        if (checkpoint == null) {
            throw new Refusal(
                    "there is nothing to back up: sessions, queues and retained messages are in"
                            + " memory only (persistence.mode = memory)");
        }
        if (!backup.tryLock()) {
            throw new Refusal("another backup is being made; try again when it is done");
        }
        try {
            if (closed) {
                throw new Refusal(
                        "the broker is stopping; start it, or copy its files as they are");
            }
            long start = System.nanoTime();
            BackupDirectory to = BackupDirectory.at(directory);
            to.fill(checkpoint);
            Duration time = Duration.ofNanos(System.nanoTime() - start);
            return to.measure(time);
        } finally {
            backup.unlock();
        }
    }

    @Override
    public Explanation explain(Question question) throws Refusal {
        return explaining.explain(question);
    }

    @Override
    public ReloadPlan reload() throws IOException {
        return reloads.reload("godwit ctl");
    }

    @Override
    public ReloadPlan plan(Path file) throws IOException {
        return reloads.plan(file);
    }

    @Override
    public ReloadPlan plan(String text) throws IOException {
        return reloads.plan(text);
    }

    /** Waits for the end of a backup that is being made, and allows no other. */
    @Override
    public void close() {
        closed = true;
        backup.lock();
        backup.unlock();
    }
}
