package io.godwit.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.auth.AccessControl;
import io.godwit.broker.auth.AnonymousAuthenticator;
import io.godwit.broker.auth.OpenAuthorizer;
import io.godwit.broker.auth.Origin;
import io.godwit.broker.control.ConnectionState;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.limits.MemoryBudget;
import io.godwit.broker.retained.InMemoryRetainedStore;
import io.godwit.broker.session.InMemorySessionStore;
import io.godwit.broker.session.Outbound;
import io.godwit.broker.session.Session;
import io.godwit.broker.session.Sessions;
import io.godwit.broker.shard.EventLoop;
import io.godwit.broker.shard.FlightRecorder;
import io.godwit.broker.shard.Homes;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.Time;
import io.godwit.broker.spi.Delivery;
import io.godwit.broker.spi.Message;
import io.godwit.codec.PacketException;
import io.godwit.codec.Properties;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A shard that does not keep up pauses the publishers, and nobody else. */
class BackpressureTest {

    private static final int MEGABYTE = 1 << 20;

    private final List<Loop> loops = new ArrayList<>();
    private final List<Shard> shards = new ArrayList<>();
    private final Homes homes = new Homes(3, 1);
    private final Limits limits = Limits.defaults(1L << 30);
    private final InMemoryRetainedStore retained = new InMemoryRetainedStore(limits.retained());
    private final List<MemoryBudget.Account> accounts = new ArrayList<>();
    private final Router router;
    private final Publishing publisher = new Publishing();
    private final Receiving member = new Receiving();

    BackpressureTest() {
        MemoryBudget budget = new MemoryBudget(limits.memory());
        for (int i = 0; i < 3; i++) {
            loops.add(new Loop());
            shards.add(new Shard(i, loops.get(i), Time.SYSTEM, new Random(i)));
            accounts.add(budget.account());
        }
        router =
                new Router(
                        shards, new InMemorySessionStore(), retained, limits, accounts, homes, 1);
    }

    /** The member is on shard 2, the publisher on shard 0, the shared subscription on any. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void memberOfSharedSubscriptionPausesPublishers(int home) throws PacketException {
        String topic = topicOn(home);
        loops.get(2).execute(() -> join(topic));
        runAll();
        publish(topic, 10);
        publish(topic, 10);
        publish(topic, 1);
        assertThat(publisher.pauses).isPositive();
        assertThat(member.received).isZero();
        runAll();
        assertThat(publisher.pauses).isZero();
        assertThat(member.received).isEqualTo(21);
        publish(topic, 10);
        assertThat(publisher.pauses).isZero();
    }

    /** A topic whose shared subscription lives on a shard. */
    private String topicOn(int home) {
        int number = 0;
        while (homes.of("t" + number) != home) {
            number++;
        }
        return "t" + number;
    }

    private void join(String topic) {
        Sessions sessions =
                new Sessions(
                        shards.get(2),
                        limits,
                        accounts.get(2),
                        retained,
                        router,
                        new InMemorySessionStore().on(shards.get(2)),
                        new AccessControl(new AnonymousAuthenticator(true), new OpenAuthorizer()));
        Sessions.Opened opened = sessions.open("member", null, true, 0, null);
        if (opened == null) {
            throw new IllegalStateException("no memory");
        }
        Session session = opened.session();
        session.claim(member);
        session.attach();
        try {
            TopicFilter filter = TopicFilter.of("$share/group/" + topic);
            session.subscribe(new SubscriptionRequest(filter, 0), 0, 1_000);
        } catch (PacketException invalid) {
            throw new IllegalStateException(invalid);
        }
    }

    /** Publishes in one turn; shards 0 and 1 go on, shard 2 does not. */
    private void publish(String name, int messages) throws PacketException {
        TopicName topic = TopicName.of(name);
        loops.get(0)
                .execute(() -> {
                    for (int i = 0; i < messages; i++) {
                        byte[] payload = new byte[MEGABYTE];
                        Message message =
                                new Message(
                                        topic,
                                        payload,
                                        0,
                                        false,
                                        Properties.NONE,
                                        Message.NEVER,
                                        "p");
                        router.route(message, shards.get(0), publisher, false);
                    }
                });
        while (loops.get(0).runOne() || loops.get(1).runOne()) {
            continue;
        }
    }

    private void runAll() {
        while (loops.stream().anyMatch(Loop::runOne)) {
            continue;
        }
    }

    private static final class Loop implements EventLoop {
        private final ArrayDeque<Runnable> actions = new ArrayDeque<>();

        @Override
        public void execute(Runnable action) {
            actions.add(action);
        }

        @Override
        public boolean inLoop() {
            return true;
        }

        boolean runOne() {
            Runnable action = actions.poll();
            if (action != null) {
                action.run();
            }
            return action != null;
        }
    }

    private static final class Publishing implements Publisher {
        private boolean inTurn;
        private int pauses;

        @Override
        public boolean joinTurn() {
            boolean first = !inTurn;
            inTurn = true;
            return first;
        }

        @Override
        public void leaveTurn() {
            inTurn = false;
        }

        @Override
        public void pause() {
            pauses++;
        }

        @Override
        public void resume() {
            pauses--;
        }
    }

    private static final class Receiving implements Outbound {
        private int received;

        @Override
        public Origin origin() {
            return Origin.tcp("test", InetAddress.getLoopbackAddress(), 1);
        }

        @Override
        public ConnectionState look() {
            throw new AssertionError("nobody looks");
        }

        @Override
        public @Nullable FlightRecorder recorder() {
            return null;
        }

        @Override
        public boolean hasRoom() {
            return true;
        }

        @Override
        public int receiveMaximum() {
            return 65_535;
        }

        @Override
        public boolean publish(Delivery delivery, int packetId, boolean dup) {
            received++;
            return true;
        }

        @Override
        public void release(int packetId) {}

        @Override
        public void close(ReasonCode reasonCode, String why) {}
    }
}
