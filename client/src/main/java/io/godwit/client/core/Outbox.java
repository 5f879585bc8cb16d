package io.godwit.client.core;

import io.godwit.client.ConnectionLost;
import io.godwit.client.MessageDropped;
import io.godwit.client.MqttException;
import io.godwit.client.OfflineBuffer;
import io.godwit.client.OfflineBuffer.Full;
import io.godwit.client.OfflineBuffer.Qos0;
import io.godwit.client.Published;
import io.godwit.client.RequestRefused;
import io.godwit.client.store.SessionStore.Kept;
import io.godwit.client.store.SessionStore.Stage;
import io.godwit.codec.Properties;
import io.godwit.codec.ReasonCode;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Messages that are published and not acknowledged: those that wait, and those under way. Under the
 * lock.
 */
final class Outbox {

    /** Longer than this is for ever. */
    private static final Duration LONGEST = Duration.ofDays(100_000);

    private final OfflineBuffer bounds;
    private final long timeToLive; // milliseconds
    private final Journal journal;
    private final PacketIds ids;
    private final Completions completions;
    private final Tally tally;

    private final TreeMap<Long, Outgoing> waiting = new TreeMap<>(); // of QoS 1 and 2
    private final TreeMap<Long, Outgoing> waitingAtMostOnce = new TreeMap<>(); // of QoS 0
    private final TreeSet<Outgoing> deadlines = new TreeSet<>(Outgoing::compareByDeadline);

    /** By Packet Identifier, in the order of sending. */
    private final Map<Integer, Outgoing> sent = new LinkedHashMap<>();

    /** By Packet Identifier, in the order of PUBREC. */
    private final Map<Integer, Outgoing> released = new LinkedHashMap<>();

    private int count;
    private long bytes;
    private long sequence;
    private boolean closed;

    Outbox(
            OfflineBuffer bounds,
            Journal journal,
            PacketIds ids,
            Completions completions,
            Tally tally) {
        this.bounds = bounds;
        this.timeToLive = millis(bounds.timeToLive());
        this.journal = journal;
        this.ids = ids;
        this.completions = completions;
        this.tally = tally;
    }

    private static long millis(@Nullable Duration time) {
        return time == null || time.compareTo(LONGEST) > 0 ? Outgoing.NONE : time.toMillis();
    }

    /** Takes up what an earlier process has left. */
    void recover(Collection<Kept> kept) {
        for (Kept one : kept) {
            Outgoing message = new Outgoing(one.message(), unawaited(), one.publishedAt());
            message.sequence = one.sequence();
            message.stage = one.stage();
            message.packetId = one.packetId();
            message.stored = true;
            message.sent = one.stage() != Stage.WAITING;
            sequence = Math.max(sequence, one.sequence());
            count++;
            bytes += message.bytes();
            switch (one.stage()) {
                case WAITING -> wait(message);
                case SENT -> sent.put(one.packetId(), message);
                case RELEASED -> released.put(one.packetId(), message);
            }
            if (one.packetId() > 0) {
                ids.take(one.packetId());
            }
        }
    }

    /** The future of a message whose publisher is gone with its process. */
    private static CompletableFuture<Published> unawaited() {
        CompletableFuture<Published> future = new CompletableFuture<>();
        var _ =
                future.whenComplete((_, failure) -> {
                    if (failure instanceof MqttException) {
                        Log.CLIENT.log(
                                Level.WARNING, "of an earlier process: " + failure.getMessage());
                    }
                });
        return future;
    }

    /** Takes a message, or fails its future. */
    void publish(Outgoing message, boolean online) {
        if (message.qos() == 0 && !online && bounds.qos0() == Qos0.DROP) {
            tally.dropped++;
            fail(message, dropped(message, "QoS 0 is not kept without a connection"));
            return;
        }
        if (!makeRoom(message)) {
            tally.dropped++;
            fail(
                    message,
                    dropped(
                            message,
                            "the buffer is full, with %d messages of %d bytes that wait or are under way"
                                    .formatted(count, bytes)));
            return;
        }
        message.sequence = ++sequence;
        try {
            if (message.qos() > 0 || !online) {
                journal.append(message);
            }
        } catch (IOException e) {
            fail(
                    message,
                    new MqttException(
                            "the message for %s cannot be written to the directory: %s"
                                    .formatted(message.topic(), e.getMessage()),
                            e));
            return;
        }
        count++;
        bytes += message.bytes();
        wait(message);
    }

    private boolean makeRoom(Outgoing message) {
        if (message.bytes() > bounds.bytes()) {
            return false;
        }
        while (count >= bounds.messages() || bytes + message.bytes() > bounds.bytes()) {
            Outgoing victim = message.qos() > 0 ? first(waitingAtMostOnce) : null;
            if (victim == null && bounds.full() == Full.DROP_OLDEST) {
                victim = oldest(true);
            }
            if (victim == null) {
                return false;
            }
            drop(victim, "the buffer was full, and it was the first to go");
        }
        return true;
    }

    private void wait(Outgoing message) {
        (message.qos() == 0 ? waitingAtMostOnce : waiting).put(message.sequence, message);
        if (!message.sent) {
            long deadline = Outgoing.NONE;
            if (message.expires()) {
                long left = message.expiryLeft(message.publishedAt());
                deadline = message.publishedAt() + 1000 * left;
            }
            if (timeToLive != Outgoing.NONE) {
                deadline = Math.min(deadline, message.publishedAt() + timeToLive);
            }
            message.deadline = deadline;
            if (deadline != Outgoing.NONE) {
                deadlines.add(message);
            }
        }
    }

    private void takeOut(Outgoing message) {
        (message.qos() == 0 ? waitingAtMostOnce : waiting).remove(message.sequence);
        deadlines.remove(message);
    }

    /** When the next message that waits outlives its time; {@link Outgoing#NONE} if none does. */
    long nextDeadline() {
        return deadlines.isEmpty() ? Outgoing.NONE : deadlines.first().deadline;
    }

    /** Drops what has outlived its time. */
    void dropOverdue(long millis) {
        while (nextDeadline() <= millis) {
            drop(deadlines.first(), "it has waited for longer than it is of use");
        }
    }

    private void drop(Outgoing message, String why) {
        takeOut(message);
        tally.dropped++;
        settle(message);
        fail(message, dropped(message, why));
    }

    private static MessageDropped dropped(Outgoing message, String why) {
        return new MessageDropped(
                "the message for %s was dropped: %s".formatted(message.topic(), why), null);
    }

    private static @Nullable Outgoing first(TreeMap<Long, Outgoing> messages) {
        var entry = messages.firstEntry();
        return entry == null ? null : entry.getValue();
    }

    /** The oldest that waits, or null. */
    private @Nullable Outgoing oldest(boolean withQuota) {
        Outgoing plain = first(waitingAtMostOnce);
        Outgoing flow = withQuota ? first(waiting) : null;
        if (plain == null || flow == null) {
            return plain == null ? flow : plain;
        }
        return plain.sequence < flow.sequence ? plain : flow;
    }

    /**
     * Takes the next message out, to be sent.
     *
     * @param withQuota whether it may have QoS 1 or 2 [v5 MQTT-3.3.4-8]
     * @param last the highest sequence that counts
     */
    @Nullable Outgoing next(boolean withQuota, long last) {
        Outgoing message = oldest(withQuota);
        if (message == null || message.sequence > last) {
            return null;
        }
        takeOut(message);
        return message;
    }

    /** A message was given a Packet Identifier and goes out. */
    void sending(Outgoing message, int packetId) {
        message.stage = Stage.SENT;
        message.packetId = packetId;
        message.sent = true;
        sent.put(packetId, message);
        journal.advance(message);
    }

    /** Puts one back that could not be sent yet. */
    void putBack(Outgoing message) {
        wait(message);
    }

    /** A QoS 0 message was handed to the system. */
    void handedOver(Outgoing message) {
        settle(message);
        complete(message, ReasonCode.SUCCESS, Properties.NONE);
    }

    /** A message cannot be sent, or is refused. */
    void refuse(Outgoing message, MqttException why) {
        settle(message);
        fail(message, why);
    }

    /** One under way cannot be sent again. */
    void refuseUnderWay(Outgoing message, MqttException why) {
        sent.remove(message.packetId);
        ids.free(message.packetId);
        refuse(message, why);
    }

    /** One that has waited too long, found when it was to be sent. */
    void overdue(Outgoing message) {
        tally.dropped++;
        settle(message);
        fail(message, dropped(message, "it has waited for longer than it is of use"));
    }

    /** The one that waits for this acknowledgement at this QoS, or null. */
    @Nullable Outgoing sent(int packetId) {
        return sent.get(packetId);
    }

    @Nullable Outgoing released(int packetId) {
        return released.get(packetId);
    }

    /** PUBREC has come: from now on only PUBREL is sent [v5 MQTT-4.3.3-6]. */
    void release(Outgoing message, ReasonCode received) {
        sent.remove(message.packetId);
        released.put(message.packetId, message);
        message.stage = Stage.RELEASED;
        message.received = received;
        journal.advance(message);
    }

    /** The server has said the last word on a message under way. */
    void acknowledge(Outgoing message, ReasonCode code, Properties properties) {
        sent.remove(message.packetId);
        released.remove(message.packetId);
        ids.free(message.packetId);
        settle(message);
        if (code.isError()) {
            fail(
                    message,
                    new RequestRefused(
                            "the server refuses the message for %s: %s"
                                    .formatted(message.topic(), Refusals.words(code, properties)),
                            code,
                            properties));
        } else {
            complete(message, code, properties);
        }
    }

    private void settle(Outgoing message) {
        if (closed) {
            return; // what was being sent when it closed
        }
        count--;
        bytes -= message.bytes();
        journal.remove(message);
    }

    private void complete(Outgoing message, ReasonCode code, Properties properties) {
        tally.published++;
        completions.complete(message.future(), new Published(code, properties));
    }

    private void fail(Outgoing message, Throwable why) {
        completions.fail(message.future(), why);
    }

    /** What was sent and not acknowledged, in the order of sending [v5 MQTT-4.6.0-1]. */
    List<Outgoing> unacknowledged() {
        return new ArrayList<>(sent.values());
    }

    /** The Packet Identifiers of what was released, in the order of PUBREC [v5 MQTT-4.6.0-4]. */
    List<Integer> releasedIds() {
        return new ArrayList<>(released.keySet());
    }

    /** The connection has ended. */
    void offline() {
        if (bounds.qos0() == Qos0.DROP) {
            while (!waitingAtMostOnce.isEmpty()) {
                drop(
                        waitingAtMostOnce.firstEntry().getValue(),
                        "QoS 0 is not kept without a connection");
            }
        }
    }

    /** A write has failed: whether a QoS 0 message has come to the server, nobody knows. */
    void lost(Outgoing message, ConnectionLost why) {
        tally.dropped++;
        settle(message);
        fail(message, why);
    }

    /** The server has no session: what it had not acknowledged is sent as new. */
    void sessionLost() {
        for (Outgoing message : releasedMessages()) { // it has the message
            acknowledge(message, message.received, Properties.NONE);
        }
        List<Outgoing> again = unacknowledged();
        sent.clear();
        for (Outgoing message : again) {
            ids.free(message.packetId);
            message.packetId = 0;
            message.stage = Stage.WAITING;
            wait(message);
        }
    }

    private List<Outgoing> releasedMessages() {
        return new ArrayList<>(released.values());
    }

    boolean isUnderWay() {
        return !sent.isEmpty() || !released.isEmpty();
    }

    /** Whether a message up to this sequence still waits. */
    boolean waits(long last) {
        Outgoing oldest = oldest(true);
        return oldest != null && oldest.sequence <= last;
    }

    /** The sequence of the message that was published last. */
    long lastSequence() {
        return sequence;
    }

    int size() {
        return count;
    }

    /** The client is closed. What is in the store stays there. */
    void close(Throwable why) {
        closed = true;
        List<Outgoing> all = unacknowledged();
        all.addAll(released.values());
        all.addAll(waiting.values());
        all.addAll(waitingAtMostOnce.values());
        all.forEach(message -> fail(message, why));
        sent.clear();
        released.clear();
        waiting.clear();
        waitingAtMostOnce.clear();
        deadlines.clear();
        count = 0;
        bytes = 0;
    }
}
