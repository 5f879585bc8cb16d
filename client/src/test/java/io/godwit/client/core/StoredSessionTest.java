package io.godwit.client.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.MqttClientBuilder;
import io.godwit.client.MqttException;
import io.godwit.client.OfflineBuffer;
import io.godwit.client.store.SessionStore;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.spec.Spec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a client takes up from a store that an earlier process has filled. */
class StoredSessionTest extends Conversation {

    private final Memory memory = new Memory();
    private final BlockingQueue<String> handled = new LinkedBlockingQueue<>();

    /** Remembers, as the disk does; what was flushed is what a crash leaves. */
    private static final class Memory {
        private final TreeMap<Long, SessionStore.Kept> messages = new TreeMap<>();
        private final TreeSet<Integer> taken = new TreeSet<>();
        private volatile boolean flushed = true;
        private boolean broken;

        /** A store of a new process. */
        synchronized SessionStore open() {
            return new Store(
                    new SessionStore.Recovered(
                            new ArrayList<>(messages.values()), new ArrayList<>(taken)));
        }

        private synchronized void change(Runnable change) throws IOException {
            if (broken) {
                throw new IOException("no space left on device");
            }
            change.run();
            flushed = false;
        }

        private final class Store implements SessionStore {
            private final Recovered recovered;

            private Store(Recovered recovered) {
                this.recovered = recovered;
            }

            @Override
            public Recovered recovered() {
                return recovered;
            }

            @Override
            public void append(Kept message) throws IOException {
                change(() -> messages.put(message.sequence(), message));
            }

            @Override
            public void advance(long sequence, Stage stage, int packetId) throws IOException {
                change(() -> {
                    Kept kept = Objects.requireNonNull(messages.get(sequence));
                    messages.put(
                            sequence,
                            new Kept(
                                    sequence, kept.message(), stage, packetId, kept.publishedAt()));
                });
            }

            @Override
            public void remove(long sequence) throws IOException {
                change(() -> messages.remove(sequence));
            }

            @Override
            public void took(int packetId) throws IOException {
                change(() -> taken.add(packetId));
            }

            @Override
            public void released(int packetId) throws IOException {
                change(() -> taken.remove(packetId));
            }

            @Override
            public void sessionLost() throws IOException {
                change(() -> {
                    taken.clear();
                    messages.values().removeIf(kept -> kept.stage() == Stage.RELEASED);
                    messages.replaceAll((sequence, kept) ->
                            new Kept(
                                    sequence,
                                    kept.message(),
                                    Stage.WAITING,
                                    0,
                                    kept.publishedAt()));
                });
            }

            @Override
            public void flush() throws IOException {
                change(() -> {});
                flushed = true;
            }

            @Override
            public void close() {}
        }
    }

    /** A client as a new process makes it. */
    private MqttClient start() {
        return start(builder());
    }

    private MqttClient start(MqttClientBuilder builder) {
        MqttClient client = open(builder, memory.open());
        client.onMessage("#", message -> handled.add(message.text()));
        return client;
    }

    private Peer.Session accept(MqttClient client, boolean sessionPresent) {
        CompletableFuture<?> connected = client.connect();
        Peer.Session session = accept(sessionPresent, Properties.NONE);
        get(connected);
        return session;
    }

    @Test
    @Spec({"v5 MQTT-4.4.0-1", "v5 MQTT-4.3.3-6", "v5 MQTT-4.1.0-1", "v3 MQTT-4.1.0-1"})
    void everyStageGoesOnInTheNextProcess() {
        MqttClient first = start();
        Peer.Session session = accept(first, false);
        first.publish(Message.of("a", "released", 2));
        int released = session.take(Publish.class).packetId();
        session.send(new PubRec(released));
        session.take(PubRel.class);
        first.publish(Message.of("a", "sent", 1));
        int sent = session.take(Publish.class).packetId();
        session.close();
        end();
        first.publish(Message.of("a", "waiting", 1));
        first.publish(Message.of("a", "waiting at QoS 0"));
        assertThat(memory.flushed).isTrue();

        MqttClient second = start();
        assertThat(second.counts().waiting()).isEqualTo(4);
        Peer.Session next = accept(second, true);
        assertThat(next.take(PubRel.class).packetId()).isEqualTo(released);
        Publish again = next.take(Publish.class);
        assertThat(text(again)).isEqualTo("sent");
        assertThat(again.dup()).isTrue();
        assertThat(again.packetId()).isEqualTo(sent);
        Publish waiting = next.take(Publish.class);
        assertThat(text(waiting)).isEqualTo("waiting");
        assertThat(waiting.dup()).isFalse();
        assertThat(waiting.packetId()).isNotIn(released, sent);
        assertThat(text(next.take(Publish.class))).isEqualTo("waiting at QoS 0");
        next.send(new PubComp(released), new PubAck(sent), new PubAck(waiting.packetId()));
        org.awaitility.Awaitility.await().until(() -> second.counts().waiting() == 0);
        assertThat(memory.messages).isEmpty();
    }

    /** Else a kill would lose what was published long before. */
    @Test
    void whatTheServerLeavesNoRoomForIsFlushedAsWell() {
        MqttClient client = start();
        CompletableFuture<?> connected = client.connect();
        Peer.Session session = accept(false, Properties.of(Property.RECEIVE_MAXIMUM, 1));
        get(connected);
        client.publish(Message.of("a", "sent", 1));
        session.take(Publish.class);
        client.publish(Message.of("a", "waiting", 1));
        org.awaitility.Awaitility.await().until(() -> memory.flushed);
        assertThat(memory.open().recovered().outgoing())
                .map(kept -> new String(kept.message().payload(), StandardCharsets.UTF_8))
                .containsExactly("sent", "waiting");
    }

    @Test
    @Spec("v5 MQTT-3.2.2-5")
    void inALostSessionWhatWasSentIsNewAndWhatWasReleasedIsGone() {
        MqttClient first = start();
        Peer.Session session = accept(first, false);
        first.publish(Message.of("a", "released", 2));
        int released = session.take(Publish.class).packetId();
        session.send(new PubRec(released));
        session.take(PubRel.class);
        first.publish(Message.of("a", "sent", 1));
        session.take(Publish.class);

        MqttClient second = start();
        Peer.Session next = accept(second, false);
        Publish again = next.take(Publish.class);
        assertThat(text(again)).isEqualTo("sent");
        assertThat(again.dup()).isFalse();
        next.send(new PubAck(again.packetId()));
        org.awaitility.Awaitility.await().until(() -> second.counts().waiting() == 0);
    }

    @Test
    @Spec("v5 MQTT-4.3.3-10")
    void receivedQos2MessageIsHandledOnceAcrossProcesses() throws InterruptedException {
        MqttClient first = start();
        Peer.Session session = accept(first, false);
        session.send(publish(2, 9, "a", "x"));
        session.take(PubRec.class);
        assertThat(memory.flushed).as("before PUBREC is sent").isTrue();

        MqttClient second = start();
        Peer.Session next = accept(second, true);
        next.send(publish(true, 2, 9, "a", "x", Properties.NONE));
        assertThat(next.take(PubRec.class).packetId()).isEqualTo(9);
        next.send(new PubRel(9));
        next.take(PubComp.class);
        assertThat(memory.taken).isEmpty();
        next.send(publish(2, 9, "a", "y"));
        next.take(PubRec.class);
        assertThat(handled.poll(20, TimeUnit.SECONDS)).isEqualTo("x");
        assertThat(handled.poll(20, TimeUnit.SECONDS)).isEqualTo("y");
    }

    @Test
    @Spec("v3 MQTT-4.8.0-2")
    void storeThatFailsLetsNothingBePromised() {
        for (MqttClientBuilder builder : List.of(builder(), v3())) {
            memory.broken = false;
            MqttClient client = start(builder);
            Peer.Session session = accept(client, false);
            memory.broken = true;
            assertThat(failure(client.publish(Message.of("a", "x", 1)), MqttException.class))
                    .hasMessageContaining("no space left on device");
            session.send(publish(2, 9, "a", "x"));
            session.expectEnd();
        }
    }

    /** A full disk that somebody has made room on. */
    @Test
    void storeThatCanBeWrittenAgainIsUsedAgain() throws InterruptedException {
        MqttClient client = start();
        Peer.Session session = accept(client, false);
        CompletableFuture<?> sent = client.publish(Message.of("a", "sent", 1));
        int packetId = session.take(Publish.class).packetId();
        memory.broken = true;
        session.send(new PubAck(packetId));
        get(sent);
        session.send(publish(2, 9, "a", "x"));
        session.expectEnd();
        letRetry();
        End refused = end(); // nobody is connected to for nothing
        assertThat(refused.cause()).hasMessageContaining("no space left on device");
        failure(client.publish(Message.of("a", "lost", 1)), MqttException.class);
        memory.broken = false;
        CompletableFuture<?> next = client.publish(Message.of("a", "kept", 1));
        assertThat(memory.flushed).isTrue();
        time.advance(Objects.requireNonNull(refused.retryIn()));
        Peer.Session again = accept(true, Properties.NONE);
        Publish kept = again.take(Publish.class);
        assertThat(text(kept)).isEqualTo("kept");
        again.send(publish(true, 2, 9, "a", "x", Properties.NONE));
        assertThat(again.take(PubRec.class).packetId()).isEqualTo(9);
        again.send(new PubAck(kept.packetId()));
        get(next);
        assertThat(handled.poll(20, TimeUnit.SECONDS)).isEqualTo("x");
        assertThat(handled).isEmpty();
        assertThat(memory.messages).as("also what was acknowledged meanwhile").isEmpty();
    }

    /** As that of a device which learns the time when it has a network. */
    @Test
    void clockThatIsSetLeavesTheTimeToLiveOfWhatIsOnDisk() {
        OfflineBuffer shortLived = OfflineBuffer.DEFAULT.livingFor(Duration.ofMinutes(1));
        MqttClient first = open(builder().offline(shortLived), memory.open());
        time.setClock(Duration.ofDays(18_263));
        first.publish(Message.of("a", "kept", 1));
        first.close();
        time.advance(Duration.ofSeconds(10));

        TestTime ofTheNext = new TestTime(); // which begins with the clock as it is
        ofTheNext.advance(Duration.ofDays(18_263).plusSeconds(10));
        MqttClient next =
                open(
                        builder().cleanStart(false).directory(Path.of("store")).offline(shortLived),
                        ofTheNext,
                        (_, _, _) -> memory.open());
        ofTheNext.advance(Duration.ofSeconds(49));
        next.publish(Message.of("a", "later", 1));
        ofTheNext.advance(Duration.ZERO);
        assertThat(next.counts().waiting()).isEqualTo(2);
        ofTheNext.advance(Duration.ofSeconds(2));
        assertThat(next.counts().waiting()).isEqualTo(1);
    }

    @Test
    void diskHasRoomForWhatTheBufferMayHold() {
        OfflineBuffer large = OfflineBuffer.DEFAULT.upTo(1_000_000, 4L << 30);
        AtomicLong room = new AtomicLong();
        open(
                builder().cleanStart(false).directory(Path.of("store")).offline(large),
                time,
                (_, _, bytes) -> {
                    room.set(bytes);
                    return memory.open();
                });
        assertThat(room.get()).isGreaterThan((4L << 30) + 50 * 1_000_000);
    }
}
