package io.godwit.codec;

import static io.godwit.codec.WireCases.topic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.spec.Spec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Topic Names (§4.7) and the cache of them. */
class TopicNameTest {

    @Spec({"v5 MQTT-4.7.0-1", "v3 MQTT-4.7.1-1"})
    @Test
    void holdsNoWildcard() {
        for (String text : new String[] {"+", "#", "a/+/b", "a/#", "a+", "#a"}) {
            assertThatThrownBy(() -> TopicName.of(text))
                    .isInstanceOf(ProtocolError.class)
                    .hasMessage("the topic name '" + text + "' holds a wildcard")
                    .extracting(e -> ((PacketException) e).reasonCode())
                    .isEqualTo(ReasonCode.TOPIC_NAME_INVALID);
        }
    }

    @Spec({"v5 MQTT-4.7.3-1", "v3 MQTT-4.7.3-1"})
    @Test
    void isNotEmpty() throws PacketException {
        assertThatThrownBy(() -> TopicName.of("")).isInstanceOf(MalformedPacket.class);
        assertThat(TopicName.of("/").levels()).isEqualTo(2);
        assertThat(TopicName.of(" ")).hasToString(" ");
    }

    @Spec({"v5 MQTT-4.7.3-2", "v3 MQTT-4.7.3-2"})
    @Test
    void holdsNoZeroCharacter() {
        assertThatThrownBy(() -> TopicName.of("a\0"))
                .isInstanceOf(MalformedPacket.class)
                .hasMessage("the topic name holds U+0000");
    }

    @Spec({"v5 MQTT-4.7.3-3", "v3 MQTT-4.7.3-3"})
    @Test
    void isAtMost65535Bytes() throws PacketException {
        assertThat(TopicName.of("a".repeat(65_535)).bytes()).hasSize(65_535);
        assertThatThrownBy(() -> TopicName.of("a".repeat(65_536)))
                .isInstanceOf(MalformedPacket.class);
        assertThatThrownBy(() -> TopicName.of(WireBytes.parse("61*65536")))
                .isInstanceOf(MalformedPacket.class);
    }

    @Test
    void knowsItsLevels() {
        assertThat(topic("a").levels()).isEqualTo(1);
        assertThat(topic("/a//b/").levels()).isEqualTo(5);
        assertThat(topic("$SYS/x").isDollar()).isTrue();
        assertThat(topic("x$").isDollar()).isFalse();
        assertThat(TopicName.EMPTY.isDollar()).isFalse();
    }

    @Test
    void comparesByContent() {
        for (int length = 1; length < 40; length++) {
            String text = "topic/with/some/length/that/grows/from/one/on".substring(0, length);
            assertThat(topic(text)).isEqualTo(topic(text)).hasSameHashCodeAs(topic(text));
            assertThat(topic(text)).isNotEqualTo(topic(text + "x"));
            assertThat(topic("x" + text.substring(1))).isNotEqualTo(topic(text));
        }
        assertThat(topic("b").compareTo(topic("a"))).isPositive();
        assertThat(topic("a").compareTo(topic("ab"))).isNegative();
        assertThat(topic("\u00E9").compareTo(topic("z"))).isPositive();
        assertThat(topic("same").compareTo(topic("same"))).isZero();
    }

    /** Names that differ in their counters only do not crowd into few slots. */
    @Test
    void hashSpreads() {
        boolean[] taken = new boolean[1 << 12];
        int used = 0;
        for (int i = 0; i < taken.length; i++) {
            int slot = topic("device/" + i + "/temperature").hashCode() & (taken.length - 1);
            used += taken[slot] ? 0 : 1;
            taken[slot] = true;
        }
        assertThat(used).isGreaterThan(taken.length / 2); // 63 % is what chance gives
    }

    @Test
    void cacheGivesTheSameName() throws PacketException {
        TopicCache cache = new TopicCache(64);
        byte[] utf8 = "x/a/b/yy".getBytes(StandardCharsets.UTF_8);
        ByteBuffer heap = ByteBuffer.wrap(utf8);
        ByteBuffer direct = ByteBuffer.allocateDirect(8).put(utf8).clear();
        TopicName name = cache.get(heap, 2, 3);
        assertThat(name).isEqualTo(topic("a/b"));
        assertThat(cache.get(direct, 2, 3)).isSameAs(name);
        assertThat(cache.get(direct, 2, 2)).isEqualTo(topic("a/"));
        assertThat(heap.position()).isZero();
        assertThat(cache.get(heap, 0, 0)).isSameAs(TopicName.EMPTY);
    }

    @Test
    void cacheNeverTakesOneNameForAnother() throws PacketException {
        TopicCache cache = new TopicCache(1);
        for (String text : new String[] {"a", "b", "ab", "a", "ba"}) {
            ByteBuffer in = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            assertThat(cache.get(in, 0, in.limit())).isEqualTo(topic(text));
            assertThat(cache.get(in, 0, in.limit())).isSameAs(cache.get(in, 0, in.limit()));
        }
    }

    @Test
    void cacheChecksWhatItDoesNotHave() {
        TopicCache cache = new TopicCache(1);
        ByteBuffer wildcard = ByteBuffer.wrap(new byte[] {'a', '#'});
        assertThatThrownBy(() -> cache.get(wildcard, 0, 2)).isInstanceOf(ProtocolError.class);
        assertThatThrownBy(() -> cache.get(wildcard, 0, 2)).isInstanceOf(ProtocolError.class);
        assertThatThrownBy(() -> new TopicCache(3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TopicCache(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void cacheKeepsNoLongNames() throws PacketException {
        TopicCache cache = new TopicCache(16);
        ByteBuffer in = ByteBuffer.wrap(WireBytes.parse("61*257"));
        assertThat(cache.get(in, 0, 257)).isNotSameAs(cache.get(in, 0, 257));
        assertThat(cache.get(in, 0, 257)).isEqualTo(topic("a".repeat(257)));
        assertThat(cache.get(in, 0, 256)).isSameAs(cache.get(in, 0, 256));
    }
}
