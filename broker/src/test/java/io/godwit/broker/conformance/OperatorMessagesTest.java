package io.godwit.broker.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.OperatorMessages;
import io.godwit.broker.control.Messages.Passing;
import io.godwit.broker.control.Messages.Published;
import io.godwit.broker.control.Messages.Retained;
import io.godwit.broker.control.Messages.Watch;
import io.godwit.broker.control.Page;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.broker.spi.Message;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.Publish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Messages that an operator looks at, deletes, publishes and watches. */
class OperatorMessagesTest extends Conversation {

    private static final ProtocolVersion V5 = ProtocolVersion.V5;

    private OperatorMessages messages() {
        return broker.broker().messages();
    }

    private <T> T answer(CompletableFuture<T> asked) {
        broker.run();
        return asked.resultNow();
    }

    private static Message message(String topic, String payload, int qos, boolean retain) {
        return new Message(
                Packets.topic(topic),
                payload.getBytes(UTF_8),
                qos,
                retain,
                Properties.NONE,
                Message.NEVER,
                OperatorMessages.PUBLISHER);
    }

    private void retain(String topic, String payload) {
        connect(V5, "publisher")
                .send(Packets.retain(Packets.publish(topic, payload)))
                .expectNothing();
    }

    private Page<Retained> retained(String filter, int limit, @Nullable String after) {
        return messages()
                .retained(
                        Packets.filter(filter), limit, after == null ? null : Packets.topic(after));
    }

    private static List<String> topics(Page<Retained> page) {
        return page.items().stream().map(Retained::topic).toList();
    }

    @Test
    void retainedMessagesAreListedPageByPage() {
        for (String topic : List.of("a/3", "a/1", "b/1", "a/2")) {
            retain(topic, "at " + topic);
        }
        Page<Retained> first = retained("a/#", 2, null);
        assertThat(topics(first)).containsExactly("a/1", "a/2");
        assertThat(first.total()).isEqualTo(3);
        assertThat(first.items().getFirst().payload()).isEqualTo("at a/1".getBytes(UTF_8));
        Page<Retained> second = retained("a/#", 2, first.next());
        assertThat(topics(second)).containsExactly("a/3");
        assertThat(second.next()).isNull();
    }

    @Test
    void pagesOfManyAreInOrderWhateverTheOrderOfTheTree() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            messages().publish(List.of(message("t%03d".formatted(i * 7 % 300), "x", 0, true)));
            broker.run();
            expected.add("t%03d".formatted(i));
        }
        List<String> listed = new ArrayList<>();
        String next = null;
        do {
            Page<Retained> page = retained("#", 40, next);
            assertThat(page.total()).isEqualTo(300);
            listed.addAll(topics(page));
            next = page.next();
        } while (next != null);
        assertThat(listed).isEqualTo(expected);
    }

    @Test
    void aPageOfLargeMessagesIsShorter() {
        for (int i = 10; i < 30; i++) {
            messages().publish(List.of(message("t" + i, "x".repeat(200_000), 0, true)));
            broker.run();
        }
        Page<Retained> page = retained("#", 20, null);
        assertThat(topics(page)).hasSize(16).startsWith("t10").endsWith("t25");
        assertThat(page.next()).isEqualTo("t25");
        assertThat(topics(retained("#", 20, page.next())))
                .containsExactly("t26", "t27", "t28", "t29");
    }

    @Test
    void anExpiredMessageIsNotListed() {
        TestClient client = connect(V5, "c");
        Publish publish =
                Packets.with(
                        Packets.retain(Packets.publish("t", "x")),
                        Property.MESSAGE_EXPIRY_INTERVAL,
                        10L);
        client.send(publish);
        assertThat(retained("t", 1, null).items().getFirst().expiry()).isEqualTo(10);
        broker.jumpWallClock(Duration.ofSeconds(11));
        assertThat(retained("t", 1, null).items()).isEmpty();
    }

    @Test
    void retainedMessagesAreDeletedByAFilter() {
        for (String topic : List.of("a/1", "a/2", "b/1")) {
            retain(topic, "x");
        }
        assertThat(answer(messages().deleteRetained(Packets.filter("a/+")))).isEqualTo(2);
        assertThat(topics(retained("#", 10, null))).containsExactly("b/1");
        connect(V5, "later").subscribe(0, "a/#").expectNothing();
    }

    @Test
    void whatIsPublishedReachesSubscribersOfAllShardsInItsOrder() {
        use(SimulatedBroker.options().shards(3));
        List<TestClient> clients = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            clients.add(connect(V5, broker.clientIdOn(i, "c")).subscribe(0, "t/#", "t/1"));
        }
        connect(V5, "share-1").subscribe(0, "$share/g/t/#");
        connect(V5, "share-2").subscribe(0, "$share/g/t/#");
        Published published =
                answer(
                        messages()
                                .publish(
                                        List.of(
                                                message("t/1", "one", 0, false),
                                                message("t/2", "two", 0, false),
                                                message("u", "three", 0, true))));
        assertThat(published).isEqualTo(new Published(3, 8));
        for (TestClient client : clients) {
            List<String> payloads =
                    client.takeAll().stream().map(it -> Packets.text((Publish) it)).toList();
            assertThat(payloads.stream().distinct().toList()).containsExactly("one", "two");
        }
        assertThat(topics(retained("#", 10, null))).containsExactly("u");
    }

    @Test
    void aMessageAtQos1WaitsForWhoIsAway() {
        resume(V5, "c").subscribe(1, "t").drop();
        answer(messages().publish(List.of(message("t", "x", 1, false))));
        resume(V5, "c").expectMessage("t", "x");
    }

    @Test
    void aWatcherSeesWhatIsRetainedAndThenWhatComes() {
        retain("a/1", "old");
        List<String> seen = new ArrayList<>();
        Watch watch =
                messages()
                        .watch(
                                List.of(Packets.filter("a/#"), Packets.filter("+/1")),
                                it -> seen.add("retained " + text(it)),
                                it -> seen.add("new " + text(it)));
        assertThat(seen).containsExactly("retained a/1 old");
        TestClient client = connect(V5, "c");
        client.send(Packets.publish("a/1", "x"), Packets.publish("c/2", "y"));
        client.send(Packets.publish("b/1", "z"));
        assertThat(seen).containsExactly("retained a/1 old", "new a/1 x", "new b/1 z");
        watch.close();
        client.send(Packets.publish("a/1", "later"));
        assertThat(seen).hasSize(3);
    }

    private static String text(Passing message) {
        return message.topic() + " " + new String(message.payload(), UTF_8);
    }

    @Test
    void aStoreThatWorksIsSaidTo() {
        assertThat(answer(messages().storeFailure())).isEmpty();
    }
}
