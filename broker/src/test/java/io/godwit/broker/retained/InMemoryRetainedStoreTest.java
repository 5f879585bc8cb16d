package io.godwit.broker.retained;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.limits.RetainedLimits;
import io.godwit.broker.routing.RandomTopics;
import io.godwit.broker.routing.ReferenceMatch;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.RetainedStore;
import io.godwit.broker.spi.RetainedStore.Outcome;
import io.godwit.codec.PacketException;
import io.godwit.codec.Properties;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import io.godwit.spec.Spec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InMemoryRetainedStoreTest {

    private final InMemoryRetainedStore store = store(1_000_000, 1L << 30);

    static InMemoryRetainedStore store(int messages, long bytes) {
        return new InMemoryRetainedStore(new RetainedLimits(messages, bytes));
    }

    static Message message(String topic, int payloadLength, long expiresAt) {
        try {
            return new Message(
                    TopicName.of(topic),
                    new byte[payloadLength],
                    1,
                    true,
                    Properties.NONE,
                    expiresAt,
                    "publisher");
        } catch (PacketException e) {
            throw new IllegalArgumentException(topic, e);
        }
    }

    static Message message(String topic) {
        return message(topic, 10, Message.NEVER);
    }

    static List<Message> match(InMemoryRetainedStore store, String filter) throws PacketException {
        List<Message> found = new ArrayList<>();
        store.match(TopicFilter.of(filter), found::add);
        return found;
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b", "/", "//", "/a", "a/", "日本/😀", "$SYS/x"})
    @Spec({"v3 MQTT-4.7.3-4", "v5 MQTT-4.7.3-4"})
    void keepsTheLastMessageOfATopic(String topic) throws PacketException {
        Message first = message(topic);
        Message second = message(topic);
        assertThat(store.put(first)).isEqualTo(Outcome.STORED);
        assertThat(store.put(second)).isEqualTo(Outcome.REPLACED);
        assertThat(store.get(TopicName.of(topic))).isSameAs(second);
        assertThat(match(store, topic)).containsExactly(second);
        assertThat(store.count()).isEqualTo(1);
        assertThat(store.get(TopicName.of(topic + "/"))).isNull();
        assertThat(store.remove(TopicName.of(topic + "/"))).isFalse();
        assertThat(store.remove(TopicName.of(topic))).isTrue();
        assertThat(store.remove(TopicName.of(topic))).isFalse();
        assertThat(store.get(TopicName.of(topic))).isNull();
        assertThat(store.count()).isZero();
        assertThat(store.bytes()).isZero();
    }

    @Test
    void removingATopicLeavesThoseAboveAndBelow() throws PacketException {
        store.put(message("a"));
        store.put(message("a/b"));
        store.put(message("a/b/c"));
        store.remove(TopicName.of("a/b"));
        assertThat(topics("#")).containsExactlyInAnyOrder("a", "a/b/c");
        store.remove(TopicName.of("a/b/c"));
        assertThat(topics("#")).containsExactly("a");
        store.put(message("a/b/c"));
        assertThat(topics("a/#")).containsExactlyInAnyOrder("a", "a/b/c");
    }

    private List<String> topics(String filter) throws PacketException {
        return match(store, filter).stream().map(message -> message.topic().toString()).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "#, false",
        "+/x, false",
        "+/#, false",
        "$SYS/#, true",
        "$SYS/+, true",
        "$SYS/x, true",
        "$SYS/x/#, true"
    })
    @Spec({"v3 MQTT-4.7.2-1", "v5 MQTT-4.7.2-1"})
    void filterThatStartsWithAWildcardDoesNotMatchDollarTopics(String filter, boolean matches)
            throws PacketException {
        store.put(message("$SYS/x"));
        store.put(message("a/$SYS/x"));
        assertThat(topics(filter).contains("$SYS/x")).isEqualTo(matches);
        assertThat(topics("a/+/x")).containsExactly("a/$SYS/x");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    @Spec({"v3 MQTT-4.7.1-2", "v3 MQTT-4.7.1-3", "v5 MQTT-4.7.1-1", "v5 MQTT-4.7.1-2"})
    void findsWhatTheReferenceFindsWhileTopicsComeAndGo(long seed) throws PacketException {
        Random random = new Random(seed);
        RandomTopics topics = new RandomTopics(random, 5);
        Map<String, Message> present = new HashMap<>();
        for (int round = 0; round < 30; round++) {
            for (int i = 0; i < 60; i++) {
                String topic = topics.name();
                boolean there = present.containsKey(topic);
                if (there && random.nextBoolean()) {
                    present.remove(topic);
                    assertThat(store.remove(TopicName.of(topic))).isTrue();
                } else {
                    Message message = message(topic, random.nextInt(50), Message.NEVER);
                    present.put(topic, message);
                    assertThat(store.put(message))
                            .isEqualTo(there ? Outcome.REPLACED : Outcome.STORED);
                }
            }
            assertThat(store.count()).isEqualTo(present.size());
            assertThat(store.bytes())
                    .isEqualTo(present.values().stream().mapToLong(Message::size).sum());
            for (int i = 0; i < 30; i++) {
                String filter = topics.filter();
                List<Message> expected =
                        present.entrySet().stream()
                                .filter(entry -> ReferenceMatch.matches(filter, entry.getKey()))
                                .map(Map.Entry::getValue)
                                .toList();
                assertThat(match(store, filter)).containsExactlyInAnyOrderElementsOf(expected);
            }
        }
    }

    @Test
    void refusesWhatGoesBeyondTheLimitOnMessages() throws PacketException {
        InMemoryRetainedStore small = store(2, 1L << 30);
        assertThat(small.put(message("a"))).isEqualTo(Outcome.STORED);
        assertThat(small.put(message("b"))).isEqualTo(Outcome.STORED);
        long bytes = small.bytes();
        assertThat(small.put(message("c"))).isEqualTo(Outcome.REFUSED);
        assertThat(small.put(message("a"))).isEqualTo(Outcome.REPLACED);
        assertThat(small.count()).isEqualTo(2);
        assertThat(small.bytes()).isEqualTo(bytes);
        assertThat(small.get(TopicName.of("c"))).isNull();
        small.remove(TopicName.of("b"));
        assertThat(small.put(message("c"))).isEqualTo(Outcome.STORED);
    }

    /** A level that no message stands on costs memory as well. */
    @Test
    void topicsOfManyLevelsReachTheLimitOnBytesSooner() throws PacketException {
        InMemoryRetainedStore small = store(1_000, 1_000_000);
        for (int round = 0; round < 2; round++) {
            int stored = 0;
            while (small.put(message(stored + "/a".repeat(100))) == Outcome.STORED) {
                stored++;
            }
            assertThat(stored).isBetween(30, 40);
            assertThat(small.put(message("0"))).isEqualTo(Outcome.STORED);
            for (int i = 0; i < stored; i++) {
                assertThat(small.remove(TopicName.of(i + "/a".repeat(100)))).isTrue();
            }
            assertThat(small.remove(TopicName.of("0"))).isTrue();
            assertThat(small.bytes()).isZero();
        }
    }

    @Test
    void refusesWhatGoesBeyondTheLimitOnBytesAndKeepsTheOlderMessage() throws PacketException {
        Message ten = message("a", 10, Message.NEVER);
        Message eleven = message("a", 11, Message.NEVER);
        InMemoryRetainedStore small = store(10, ten.size());
        assertThat(small.put(eleven)).isEqualTo(Outcome.REFUSED);
        assertThat(small.bytes()).isZero();
        assertThat(small.put(ten)).isEqualTo(Outcome.STORED);
        assertThat(small.put(eleven)).isEqualTo(Outcome.REFUSED);
        assertThat(small.get(ten.topic())).isSameAs(ten);
        assertThat(small.put(message("b", 0, Message.NEVER))).isEqualTo(Outcome.REFUSED);
        Message nine = message("a", 9, Message.NEVER);
        assertThat(small.put(nine)).isEqualTo(Outcome.REPLACED);
        assertThat(small.bytes()).isEqualTo(nine.size());
        assertThat(small.count()).isEqualTo(1);
    }

    @Test
    void removesExpiredMessagesStepByStep() throws PacketException {
        for (int i = 0; i < 1000; i++) {
            store.put(message("a/" + i % 10 + "/" + i, 10, i % 2 == 0 ? 500 : Message.NEVER));
        }
        assertThat(removeExpired(store, 499, 10_000)).isZero();
        int removed = 0;
        for (int call = 0; call < 300; call++) {
            int more = removeExpired(store, 500, 10);
            assertThat(more).isLessThanOrEqualTo(10);
            removed += more;
        }
        assertThat(removed).isEqualTo(500);
        assertThat(store.count()).isEqualTo(500);
        assertThat(match(store, "#")).hasSize(500).noneMatch(message -> message.isExpired(500));
        assertThat(store.get(TopicName.of("a/1/1"))).isNotNull();
    }

    @Test
    void anExpiredMessageThatWasReplacedStays() throws PacketException {
        store.put(message("a", 1, 100));
        store.put(message("b", 1, 100));
        Message fresh = message("a", 1, Message.NEVER);
        store.put(fresh);
        assertThat(removeExpired(store, 200, 100)).isEqualTo(1);
        assertThat(match(store, "#")).containsExactly(fresh);
        assertThat(store.bytes()).isEqualTo(fresh.size());
    }

    @Test
    void levelsWhoseHashesAreEqualAreToldApart() throws PacketException {
        List<String> topics = new ArrayList<>();
        for (int i = 0; i < 1 << 10; i++) {
            StringBuilder topic = new StringBuilder();
            for (int bit = 0; bit < 10; bit++) {
                topic.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            topics.add(topic.toString());
            store.put(message(topic.toString()));
        }
        assertThat(topics("+")).containsExactlyInAnyOrderElementsOf(topics);
        for (String topic : topics) {
            assertThat(store.remove(TopicName.of(topic))).isTrue();
        }
        assertThat(store.count()).isZero();
    }

    @Test
    void topicOfNothingButSeparators() throws PacketException {
        String topic = "/".repeat(65_535);
        store.put(message(topic, 1, 10));
        assertThat(topics("#")).containsExactly(topic);
        assertThat(topics("+/".repeat(32_767) + "#")).containsExactly(topic);
        assertThat(topics("/".repeat(65_000) + "#")).containsExactly(topic);
        assertThat(topics("/".repeat(65_534))).isEmpty();
        int removed = 0;
        for (int call = 0; call < 200 && removed == 0; call++) {
            removed += removeExpired(store, 10, 1000);
        }
        assertThat(removed).isEqualTo(1);
        assertThat(topics("#")).isEmpty();
    }

    private static int removeExpired(RetainedStore store, long now, int budget) {
        List<TopicName> removed = new ArrayList<>();
        store.removeExpired(now, budget, removed::add);
        return removed.size();
    }
}
