package io.godwit.server.hostile;

import static io.godwit.broker.simulation.Packets.connect;
import static io.godwit.broker.simulation.Packets.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.limits.QueueFull;
import io.godwit.codec.Packet;
import io.godwit.codec.PingReq;
import io.godwit.codec.PingResp;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.Publish;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Clients in a ring, each of which subscribes to what the one before publishes; a ring of one
 * publishes to itself. First they publish and do not read, until neither socket nor outbox takes
 * more; then they read. If a publisher ever waited for a subscriber, the ring would wait for ever.
 */
class FloodedSelfTest {

    private static final String HEAP = "128m";
    private static final int GIVE_UP_SECONDS = 120;
    private static final int BYTES = 1_000;

    /** Messages of each QoS that each publishes: more than sockets and outbox take. */
    private static final int MESSAGES = 5_000;

    private static final int AT_ONCE = 50;

    @TempDir private Path directory;

    /** A client that publishes to one topic and subscribes to another. */
    private static final class Member implements AutoCloseable {
        private final RawClient client;
        private final String to;
        private final int[] last = new int[2];
        private int received;
        private int acknowledged;

        Member(int port, int place, int of, boolean kept) throws IOException {
            client = new RawClient(port, ProtocolVersion.V3_1_1, 4096);
            client.send(connect(ProtocolVersion.V3_1_1, "m" + place).cleanStart(!kept).build());
            client.expectAccepted();
            client.send(subscribe(1, 1, "ring/" + place));
            client.read();
            to = "ring/" + (place + 1) % of;
        }

        /** At QoS 0 and 1 in turn. */
        Void flood() throws IOException {
            for (int number = 1; number <= MESSAGES; number += AT_ONCE) {
                List<Packet> packets = new ArrayList<>();
                for (int i = number; i < number + AT_ONCE; i++) {
                    packets.add(CountingSubscriber.message(to, i, BYTES, 0));
                    packets.add(CountingSubscriber.message(to, i, BYTES, 1));
                }
                client.send(packets.toArray(Packet[]::new));
            }
            client.send(new PingReq());
            return null;
        }

        void end() throws IOException {
            client.send(CountingSubscriber.message(to, CountingSubscriber.END, BYTES, 1));
        }

        /** Reads until the one before has ended. */
        Void read() throws IOException {
            boolean ended = false;
            boolean answered = false;
            while (!ended || !answered || acknowledged < MESSAGES) {
                switch (client.read()) {
                    case PubAck _ -> acknowledged++;
                    case PingResp _ -> answered = true;
                    case Publish message -> ended |= take(message);
                    default -> throw new IOException("nobody asked for this packet");
                }
            }
            return null;
        }

        private boolean take(Publish message) throws IOException {
            if (message.qos() == 1) {
                client.send(new PubAck(message.packetId()));
            }
            int number = ByteBuffer.wrap(message.payload()).getInt();
            assertThat(number).isGreaterThan(last[message.qos()]);
            last[message.qos()] = number;
            if (number < CountingSubscriber.END) {
                received++;
            }
            return number == CountingSubscriber.END;
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }

    private interface Step {
        Void of(Member member) throws IOException;
    }

    /** Lets each do the same on a thread of its own. */
    private static List<FutureTask<Void>> start(List<Member> members, Step step) {
        List<FutureTask<Void>> tasks = new ArrayList<>();
        for (Member member : members) {
            FutureTask<Void> task = new FutureTask<>(() -> step.of(member));
            Thread.ofPlatform().daemon().start(task);
            tasks.add(task);
        }
        return tasks;
    }

    private static void await(List<FutureTask<Void>> tasks) throws Exception {
        for (FutureTask<Void> task : tasks) {
            task.get(GIVE_UP_SECONDS, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 20000, true", "2, 1, 1000, false", "2, 6, 1000, false"})
    void whoPublishesToThemselvesGetEverythingOrItIsCounted(
            int loops, int clients, int queuedMessages, boolean kept) throws Exception {
        List<Member> members = new ArrayList<>();
        try (BrokerProcess broker =
                BrokerProcess.start(
                        directory, loops, HEAP, queuedMessages, QueueFull.REJECT_NEWEST)) {
            for (int i = 0; i < clients; i++) {
                members.add(new Member(broker.port(), i, clients, kept));
            }
            await(start(members, Member::flood));
            List<FutureTask<Void>> reading = start(members, Member::read);
            long expected = 2L * MESSAGES * clients;
            BrokerProcess.State state = broker.await(it -> it.isSettled(expected));
            for (Member member : members) {
                member.end();
            }
            await(reading);
            assertThat(members.stream().mapToLong(it -> it.received).sum() + state.dropped())
                    .isEqualTo(expected);
            assertThat(state.dropped() > 0).isEqualTo(queuedMessages < MESSAGES);
            assertThat(state.failedActions()).isZero();
        } finally {
            for (Member member : members) {
                member.close();
            }
        }
    }
}
