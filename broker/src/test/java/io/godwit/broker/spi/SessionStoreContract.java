package io.godwit.broker.spi;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.EventLoop;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.Time;
import io.godwit.codec.PacketException;
import io.godwit.codec.Properties;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link SessionStore} must do, as one shard sees it. A test of an implementation
 * extends it; one that keeps sessions extends {@link KeptSessionsContract}. All is done by the
 * test's own thread.
 */
public abstract class SessionStoreContract {

    @TempDir private Path directory;
    private SessionStore store;
    private Loop loop;
    private Shard shard;
    final Owner owner = new Owner();

    /**
     * Opens the store in a directory, which may not exist yet, or anew after it was closed.
     *
     * @param executor runs all that has threads of its own elsewhere
     */
    protected abstract SessionStore open(Path files, Executor executor) throws IOException;

    @BeforeEach
    void openStore() throws IOException {
        loop = new Loop();
        shard = new Shard(0, loop, Time.SYSTEM, new Random(1));
        store = open(directory.resolve("store"), loop);
    }

    @AfterEach
    void closeStore() {
        loop.run();
        assertThat(shard.counters().get(Counter.FAILED_ACTIONS)).isZero();
        store.close();
    }

    /** Closes the store, and opens it as the next process does. */
    void reopenStore() throws IOException {
        closeStore();
        openStore();
    }

    SessionStore store() {
        return store;
    }

    ShardStore here() {
        return store.on(shard);
    }

    Shard shard() {
        return shard;
    }

    /** One turn of the loop, and all that follows from it. */
    void turn(Runnable action) {
        shard.control(action);
        loop.run();
    }

    /** A loop without a thread. */
    private static final class Loop implements EventLoop {

        private final ArrayDeque<Runnable> actions = new ArrayDeque<>();
        private boolean running;

        @Override
        public void execute(Runnable action) {
            actions.add(action);
        }

        @Override
        public boolean inLoop() {
            return running;
        }

        void run() {
            running = true;
            Runnable action;
            while ((action = actions.poll()) != null) {
                action.run();
            }
            running = false;
        }
    }

    /** Whom a log belongs to. */
    static final class Owner implements SessionLog.Owner {

        final List<Delivery> lost = new ArrayList<>();
        int readable;

        @Override
        public void readable() {
            readable++;
        }

        @Override
        public @Nullable Share share(TopicFilter filter) {
            return null;
        }

        @Override
        public void hold(Message message) {}

        @Override
        public void letGo(Message message) {}

        @Override
        public boolean isMemoryFull() {
            return false;
        }

        @Override
        public void lost(Delivery delivery) {
            lost.add(delivery);
        }

        @Override
        public void missing(int messages, long bytes) {
            throw new AssertionError(messages + " messages are missing, of " + bytes + " bytes");
        }

        @Override
        public void returned(Delivery delivery) {
            throw new AssertionError(delivery + " was not handed over");
        }
    }

    // --- what tests are made of -----------------------------------------------------------------

    /** A session with a connection. */
    SessionLog connected(String clientId) {
        SessionLog[] log = new SessionLog[1];
        turn(() -> {
            log[0] = here().open(clientId, true, owner);
            log[0].connected(1000, null);
            log[0].resume(flows -> assertThat(flows).isEmpty());
        });
        return log[0];
    }

    static Message message(String payload) {
        try {
            return new Message(
                    TopicName.of("t"),
                    payload.getBytes(StandardCharsets.UTF_8),
                    2,
                    false,
                    Properties.NONE,
                    Message.NEVER,
                    "pub");
        } catch (PacketException invalid) {
            throw new IllegalArgumentException(invalid);
        }
    }

    static SubscriptionRequest request(String filter) {
        try {
            return new SubscriptionRequest(TopicFilter.of(filter), 1);
        } catch (PacketException invalid) {
            throw new IllegalArgumentException(invalid);
        }
    }

    static Delivery delivery(Message message, int qos, long sequence) {
        return new Delivery(message, qos, false, Delivery.NO_IDS, null, sequence);
    }

    /**
     * Appends messages that are named by their sequences, from one on, each published by itself.
     */
    void append(SessionLog log, int qos, long from, int count) {
        for (long sequence = from; sequence < from + count; sequence++) {
            Message message = message("m" + sequence);
            Delivery delivery = delivery(message, qos, sequence);
            turn(() -> publish(message, () -> log.append(delivery)));
        }
    }

    private void publish(Message message, Runnable route) {
        here().begin(message);
        route.run();
        if (message.storing() instanceof Publication publication) {
            publication.added();
        }
    }

    /** Takes the head of the queue, wherever it is. */
    Delivery take(SessionLog log) {
        @Nullable Delivery[] taken = new Delivery[1];
        turn(() -> assertThat(log.queued()).isPositive());
        for (int i = 0; i < 3 && taken[0] == null; i++) {
            turn(() -> taken[0] = log.peek() == null ? null : log.poll()); // null if it is read yet
        }
        Delivery first = taken[0];
        if (first == null) {
            throw new AssertionError("nothing could be taken from the queue");
        }
        return first;
    }

    static String text(@Nullable Delivery delivery) {
        return delivery == null
                ? "nothing"
                : new String(delivery.message().payload(), StandardCharsets.UTF_8);
    }

    // --- the queue ------------------------------------------------------------------------------

    @Test
    void newQueueIsEmpty() {
        SessionLog log = connected("client");
        turn(() -> {
            assertThat(log.peek()).isNull();
            assertThat(log.head()).isNull();
            assertThat(log.queued()).isZero();
            assertThat(log.queuedBytes()).isZero();
        });
    }

    /** The longest is larger than what is held in memory of it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 190, 1000})
    void queueIsTakenInItsOrder(int count) {
        SessionLog log = connected("client");
        append(log, 1, 0, count);
        for (int i = 0; i < count; i++) {
            assertThat(log.queued()).isEqualTo(count - i);
            Delivery taken = take(log);
            assertThat(text(taken)).isEqualTo("m" + i);
            assertThat(taken.sequence()).isEqualTo(i);
            assertThat(taken.qos()).isEqualTo(1);
            int packetId = i % 10 + 1;
            turn(() -> log.sent(taken, packetId));
            turn(() -> log.completed(packetId));
        }
        assertThat(log.queued()).isZero();
        assertThat(log.queuedBytes()).isZero();
    }

    @Test
    void bytesAreThoseOfTheMessages() {
        SessionLog log = connected("client");
        append(log, 1, 0, 300);
        long sum = 0;
        for (int i = 0; i < 300; i++) {
            sum += message("m" + i).size();
        }
        assertThat(log.queuedBytes()).isEqualTo(sum);
        Delivery first = take(log);
        assertThat(log.queuedBytes()).isEqualTo(sum - first.message().size());
    }

    @Test
    void headIsFoundAtOnceWhileNobodyIsConnected() {
        SessionLog log = connected("client");
        turn(() -> log.disconnected(1000));
        append(log, 1, 0, 500);
        for (int i = 0; i < 500; i++) {
            String expected = "m" + i;
            turn(() -> {
                Delivery head = log.head();
                assertThat(head).isNotNull();
                assertThat(text(head)).isEqualTo(expected);
                log.dropped(log.poll());
            });
        }
        turn(() -> assertThat(log.head()).isNull());
        assertThat(log.queued()).isZero();
    }

    @Test
    void whatComesWhileTheQueueIsTakenStandsBehindIt() {
        SessionLog log = connected("client");
        int appended = 300;
        append(log, 1, 0, appended);
        for (int i = 0; i < 900; i++) {
            if (appended < 900) {
                append(log, 1, appended, 2);
                appended += 2;
            }
            Delivery taken = take(log);
            assertThat(text(taken)).isEqualTo("m" + i);
            turn(() -> {
                log.sent(taken, 1);
                log.completed(1);
            });
        }
        assertThat(log.queued()).isZero();
    }

    @Test
    void queueGoesOnWithTheNextConnection() {
        SessionLog log = connected("client");
        append(log, 1, 0, 400);
        for (int i = 0; i < 10; i++) {
            Delivery taken = take(log);
            turn(() -> log.dropped(taken));
        }
        turn(() -> log.disconnected(1000));
        append(log, 1, 400, 100);
        turn(() -> {
            log.connected(1000, null);
            log.resume(flows -> assertThat(flows).isEmpty());
        });
        for (int i = 10; i < 500; i++) {
            Delivery taken = take(log);
            assertThat(text(taken)).isEqualTo("m" + i);
            turn(() -> log.dropped(taken));
        }
        assertThat(log.queued()).isZero();
    }

    @Test
    void oneMessageStandsInManyQueues() {
        List<SessionLog> logs = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            logs.add(connected("client" + i));
        }
        Message message = message("to all");
        turn(() ->
                publish(message, () -> logs.forEach(log -> log.append(delivery(message, 2, 0)))));
        for (SessionLog log : logs) {
            Delivery taken = take(log);
            assertThat(text(taken)).isEqualTo("to all");
            turn(() -> log.sent(taken, 7));
            turn(() -> log.received(7));
            turn(() -> log.completed(7));
            assertThat(log.queued()).isZero();
        }
    }

    @Test
    void queueOfASharedSubscriptionIsHandedOver() {
        SessionLog[] shared = new SessionLog[1];
        turn(() -> shared[0] = here().openShared("$share/group/t", owner));
        SessionLog member = connected("client");
        append(shared[0], 1, 0, 300);
        for (int i = 0; i < 300; i++) {
            Delivery taken = take(shared[0]);
            assertThat(text(taken)).isEqualTo("m" + i);
            Message again = taken.message().again();
            long sequence = i;
            turn(() ->
                    publish(
                            again,
                            () -> {
                                shared[0].handedOver(taken, again);
                                member.append(delivery(again, 1, sequence));
                            }));
        }
        assertThat(shared[0].queued()).isZero();
        assertThat(member.queued()).isEqualTo(300);
        assertThat(text(take(member))).isEqualTo("m0");
    }

    // --- its end --------------------------------------------------------------------------------

    @Test
    void nothingIsLeftOfASessionThatHasEnded() {
        SessionLog log = connected("client");
        append(log, 1, 0, 400);
        turn(log::deleted);
        assertThat(log.queued()).isZero();
        assertThat(log.queuedBytes()).isZero();
        assertThat(connected("client").queued()).isZero();
        assertThat(owner.lost).isEmpty();
    }

    // --- being told -----------------------------------------------------------------------------

    @Test
    void thoseWhoWaitAreToldInTheirOrder() {
        SessionLog log = connected("client");
        List<String> told = new ArrayList<>();
        turn(() -> {
            log.subscribed(request("a"), 1);
            here().whenStored(failure -> told.add("a " + failure));
            log.unsubscribed(request("a").filter());
            here().whenStored(failure -> told.add("b " + failure));
        });
        turn(() -> here().whenStored(failure -> told.add("c " + failure)));
        assertThat(told).containsExactly("a null", "b null", "c null");
    }

    @Test
    void healthyStoreRefusesNothingAndIsNotBehind() {
        append(connected("client"), 1, 0, 100);
        List<String> told = new ArrayList<>();
        turn(() -> {
            assertThat(here().refusal()).isNull();
            assertThat(here().isBehind()).isFalse();
            here().whenCaughtUp(() -> told.add("caught up"));
        });
        assertThat(told).containsExactly("caught up");
    }

    @Test
    void figuresSayWhatItIs() {
        store.tick();
        turn(() -> assertThat(store.figures()).containsKey("mode"));
    }
}
