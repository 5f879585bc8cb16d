package io.godwit.server;

import io.godwit.broker.Broker;
import io.godwit.broker.auth.Network;
import io.godwit.broker.control.Bans;
import io.godwit.broker.control.Refusal;
import io.godwit.broker.protection.Ban;
import io.godwit.broker.protection.BanList;
import io.godwit.broker.shard.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bans of a server, which keeps them in a file: what an operator changes is there when the call
 * returns, what the broker bans by itself soon after. Safe for every thread.
 */
final class ServerBans implements Bans, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServerBans.class);

    private static final int CLOSE_SECONDS = 5;

    private final BanFile file;
    private final Broker broker;
    private final BanList bans;
    private final Time time;
    private final AtomicBoolean isWritePending = new AtomicBoolean();
    private final ExecutorService writing =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().name("godwit-bans").daemon().factory());

    ServerBans(Path file, Broker broker, Time time) {
        this.file = new BanFile(file);
        this.broker = broker;
        this.bans = broker.protection().bans();
        this.time = time;
    }

    /**
     * Takes up what an earlier server has kept, and keeps what changes from now on.
     *
     * @throws IOException if the file can't be read: nobody is let in who was banned
     */
    void load() throws IOException {
        long now = time.wallMillis();
        for (Ban ban : file.read()) {
            if (!ban.hasEnded(now) && !bans.add(ban, now)) {
                throw new IOException(
                        "%s has more than %d bans, or than %d with a pattern; remove some"
                                .formatted(file.path(), BanList.MOST, BanList.MOST_PATTERNS));
            }
        }
        bans.whenChanged(() -> {
            if (!writing.isShutdown() && isWritePending.compareAndSet(false, true)) {
                writing.execute(this::writeOrTell);
            }
        });
    }

    private void writeOrTell() {
        try {
            write();
        } catch (IOException failure) {
            LOG.error(
                    "the bans could not be written to {}; they are in force until the broker stops",
                    file.path(),
                    failure);
        }
    }

    private void write() throws IOException {
        isWritePending.set(false);
        file.write(bans.all(time.wallMillis()));
    }

    /** Waits until all that was changed is in the file. */
    private void awaitWritten() throws IOException {
        try {
            writing.submit(
                            () -> {
                                write();
                                return true;
                            })
                    .get();
        } catch (ExecutionException failure) {
            throw new IOException(
                    "it is in force, but could not be written to " + file.path(),
                    failure.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the bans were written", interrupted);
        }
    }

    @Override
    public List<Entry> list() {
        return bans.all(time.wallMillis()).stream().map(ServerBans::entry).toList();
    }

    private static Entry entry(Ban ban) {
        Network network = ban.target().network();
        return new Entry(
                new Target(
                        network == null ? null : network.toString(),
                        ban.target().userName(),
                        ban.target().clientId()),
                ban.until() == Ban.FOREVER ? null : Instant.ofEpochMilli(ban.until()),
                ban.reason());
    }

    @Override
    public int add(Entry entry) throws IOException {
        Instant until = entry.until();
        Ban ban =
                new Ban(
                        target(entry.target()),
                        until == null ? Ban.FOREVER : until.toEpochMilli(),
                        entry.reason());
        int disconnected;
        try {
            disconnected = broker.ban(ban).get();
        } catch (ExecutionException failure) {
            Throwable cause = failure.getCause();
            throw new Refusal(String.valueOf(cause == null ? failure : cause.getMessage()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while clients were disconnected", interrupted);
        }
        awaitWritten();
        return disconnected;
    }

    @Override
    public boolean remove(Target target) throws IOException {
        Ban.Target lifted = target(target);
        if (!bans.remove(lifted)) {
            return false;
        }
        LOG.info("no longer banned is {}", lifted);
        awaitWritten();
        return true;
    }

    private static Ban.Target target(Target target) throws Refusal {
        try {
            String address = target.address();
            return new Ban.Target(
                    address == null ? null : Network.parse(address),
                    target.userName(),
                    target.clientId());
        } catch (IllegalArgumentException invalid) {
            throw Refusal.invalid(String.valueOf(invalid.getMessage()));
        }
    }

    /** Writes what is left. */
    @Override
    public void close() {
        writing.shutdown();
        try {
            if (!writing.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the bans of the last moments may not be in {}", file.path());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
