package io.godwit.broker.durable;

import io.godwit.broker.durable.Records.FlowRecord;
import io.godwit.broker.spi.Delivery;
import io.godwit.broker.spi.SessionLog;
import io.godwit.broker.spi.Share;
import io.godwit.codec.PacketException;
import io.godwit.codec.TopicFilter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings entries of one session's queue from the database into memory: on the reading thread, so
 * that the loop does not wait for the disk. A read that fails is tried again each second. Its
 * methods are called on the session's shard.
 */
final class Loader {

    private static final Logger LOG = LoggerFactory.getLogger(Loader.class);

    private final DurableLog log;
    private final QueueWindow window;

    /** A read that was begun before the last {@link #forget} is not wanted any more. */
    private int wanted;

    private boolean isLoading;
    private List<Consumer<List<SessionLog.Flow>>> resuming = List.of();

    Loader(DurableLog log, QueueWindow window) {
        this.log = log;
        this.window = window;
    }

    /** What is being read is not wanted any more. */
    void forget() {
        wanted++;
        isLoading = false;
    }

    // --- the queue ------------------------------------------------------------------------------

    /** Reads more entries for the head of the queue. */
    void load() {
        if (isLoading) {
            return;
        }
        isLoading = true;
        window.startReading();
        int read = wanted;
        long from = window.readFrom();
        long below = window.readBelow();
        int most = Math.max(1, window.missing());
        store().read(
                        reader -> {
                            QueueReader.Found found = reader.read(log.number(), from, below, most);
                            log.home().control(() -> loaded(read, found));
                        },
                        () -> again(read, this::load));
    }

    private void loaded(int read, QueueReader.Found found) {
        if (read != wanted) {
            return;
        }
        isLoading = false;
        take(found);
        log.tellIfAwaited();
    }

    /** Reads a few entries while the loop waits: only for a queue that is full. */
    void loadNow() {
        forget();
        window.startReading();
        try {
            take(
                    store().newReader()
                            .read(
                                    log.number(),
                                    window.readFrom(),
                                    window.readBelow(),
                                    Math.max(1, window.missing())));
        } catch (IOException trouble) {
            LOG.debug("the head of a queue cannot be read now", trouble);
        }
    }

    private void take(QueueReader.Found found) {
        List<QueueEntry> entries = new ArrayList<>(found.entries().size());
        for (QueueReader.Read read : found.entries()) {
            entries.add(entry(read));
        }
        window.read(entries, found.upTo(), found.complete());
    }

    private QueueEntry entry(QueueReader.Read read) {
        EntryRecord record = read.record();
        Delivery delivery =
                new Delivery(
                        read.message(),
                        record.qos(),
                        record.retain(),
                        record.subscriptionIds(),
                        share(record.share()),
                        read.sequence());
        return QueueEntry.stored(log, delivery, record);
    }

    private @Nullable Share share(@Nullable String filter) {
        try {
            return filter == null ? null : log.owner().share(TopicFilter.of(filter));
        } catch (PacketException invalid) {
            return null;
        }
    }

    // --- flows ----------------------------------------------------------------------------------

    boolean isResuming() {
        return !resuming.isEmpty();
    }

    /**
     * Reads back flows of an earlier process.
     *
     * @param records empty while an earlier call is at work
     * @param then given the flows by the first call, and nothing by later ones
     */
    void resume(List<FlowRecord> records, Consumer<List<SessionLog.Flow>> then) {
        if (isResuming()) {
            resuming.add(then);
            return;
        }
        resuming = new ArrayList<>(List.of(then));
        readFlows(records);
    }

    private void readFlows(List<FlowRecord> records) {
        store().read(
                        reader -> {
                            List<QueueReader.Read> found = new ArrayList<>();
                            for (FlowRecord record : records) {
                                QueueReader.Read read =
                                        record.released()
                                                ? null
                                                : reader.readOne(log.number(), record.sequence());
                                if (read != null) {
                                    found.add(read);
                                }
                            }
                            log.home().control(() -> resumed(records, found));
                        },
                        () -> log.home().control(() -> readFlows(records)));
    }

    private void resumed(List<FlowRecord> records, List<QueueReader.Read> found) {
        if (log.isGone()) {
            release(found);
            return;
        }
        List<QueueEntry> entries = new ArrayList<>(found.size());
        found.forEach(read -> entries.add(entry(read)));
        List<SessionLog.Flow> flows = log.resumed(records, entries);
        List<Consumer<List<SessionLog.Flow>>> waiting = resuming;
        resuming = List.of();
        for (int i = 0; i < waiting.size(); i++) {
            waiting.get(i).accept(i == 0 ? flows : List.of());
        }
    }

    // --- the end --------------------------------------------------------------------------------

    /**
     * Releases the messages that the queue of an ended session refers to, then removes it.
     *
     * @param flows those that nobody has read
     * @param from the sequence of the first entry that is not in memory
     * @param below the sequence of the first one behind them that is
     */
    void releaseAll(List<FlowRecord> flows, long from, long below) {
        store().read(
                        reader -> {
                            List<Long> messageIds = new ArrayList<>();
                            for (FlowRecord flow : flows) {
                                if (!flow.released()) {
                                    long sequence = flow.sequence();
                                    reader.references(
                                            log.number(), sequence, sequence + 1, messageIds::add);
                                }
                            }
                            reader.references(log.number(), from, below, messageIds::add);
                            log.home().control(() -> released(messageIds));
                        },
                        () -> log.home().control(() -> releaseAll(flows, from, below)));
    }

    private void released(List<Long> messageIds) {
        for (long messageId : messageIds) {
            log.shard().changes().change(new Op.Release(messageId));
        }
        log.removeQueue();
    }

    private void release(List<QueueReader.Read> found) {
        for (QueueReader.Read read : found) {
            if (read.record().messageId() != 0) {
                log.shard().changes().change(new Op.Release(read.record().messageId()));
            }
        }
    }

    private void again(int read, Runnable action) {
        log.home()
                .control(() -> {
                    if (read == wanted) {
                        isLoading = false;
                        action.run();
                    }
                });
    }

    private DurableStore store() {
        return log.shard().store();
    }
}
