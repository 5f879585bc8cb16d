package io.godwit.codec;

import static io.godwit.codec.WireCases.filter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.spec.Spec;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Topic Filters (§4.7.1) and shared subscriptions (§4.8.2). */
class TopicFilterTest {

    private static void refused(String... filters) {
        for (String text : filters) {
            assertThatThrownBy(() -> TopicFilter.of(text))
                    .as("the filter '%s'", text)
                    .isInstanceOf(ProtocolError.class)
                    .hasMessageStartingWith("the topic filter '" + text + "' is not valid: ")
                    .extracting(e -> ((PacketException) e).reasonCode())
                    .isEqualTo(ReasonCode.TOPIC_FILTER_INVALID);
        }
    }

    private static void taken(String... filters) {
        for (String text : filters) {
            assertThat(filter(text)).hasToString(text);
        }
    }

    @Spec({"v5 MQTT-4.7.1-1", "v3 MQTT-4.7.1-2"})
    @Test
    void multiLevelWildcardFillsTheLastLevel() {
        taken("#", "a/#", "/#", "+/#", "a/b/c/#");
        refused("a#", "#/a", "a/#/b", "a/b#", "##", "a/#b");
    }

    @Spec({"v5 MQTT-4.7.1-2", "v3 MQTT-4.7.1-3"})
    @Test
    void singleLevelWildcardFillsALevel() {
        taken("+", "+/a", "a/+", "a/+/b", "+/+", "/+", "+/");
        refused("a+", "+a", "a/+b/c", "a+/b", "++");
    }

    @Spec({"v5 MQTT-4.7.3-1", "v3 MQTT-4.7.3-1"})
    @Test
    void isNotEmpty() {
        taken("/", " ");
        assertThatThrownBy(() -> TopicFilter.of("")).isInstanceOf(MalformedPacket.class);
    }

    @Spec({"v5 MQTT-4.7.3-2", "v3 MQTT-4.7.3-2"})
    @Test
    void holdsNoZeroCharacter() {
        assertThatThrownBy(() -> TopicFilter.of("a/\0"))
                .isInstanceOf(MalformedPacket.class)
                .hasMessage("the topic filter holds U+0000");
    }

    @Spec({"v5 MQTT-4.7.3-3", "v3 MQTT-4.7.3-3"})
    @Test
    void isAtMost65535Bytes() {
        taken("a".repeat(65_535));
        assertThatThrownBy(() -> TopicFilter.of("a".repeat(65_536)))
                .isInstanceOf(MalformedPacket.class);
        assertThatThrownBy(() -> TopicFilter.of(WireBytes.parse("61*65536")))
                .isInstanceOf(MalformedPacket.class);
    }

    @Spec("v5 MQTT-4.8.2-1")
    @Test
    void sharedFilterHasAShareName() {
        TopicFilter shared = filter("$share/group/a/+");
        assertThat(shared.isShared()).isTrue();
        assertThat(shared.shareName()).isEqualTo("group");
        assertThat(new String(shared.bytes(), StandardCharsets.UTF_8)).isEqualTo("a/+");
        assertThat(shared.levels()).isEqualTo(2);
        taken("$share/g/#", "$share/g//", "$share/g/$SYS/x");
        refused("$share//a", "$share//");
        assertThat(filter("$shared/g/a").isShared()).isFalse();
        assertThat(filter("$share").isShared()).isFalse();
    }

    @Spec("v5 MQTT-4.8.2-2")
    @Test
    void shareNameHasNoWildcardAndAFilterFollows() {
        refused("$share/g", "$share/g/", "$share/+/a", "$share/#/a", "$share/g+/a", "$share/g#");
        refused("$share/g/a#", "$share/g/+a");
    }

    @Test
    void queueIsASharedSubscription() {
        TopicFilter queue = filter("$queue/a/#");
        assertThat(queue.shareName()).isEqualTo(TopicFilter.QUEUE_SHARE_NAME);
        assertThat(queue).hasToString("$queue/a/#").isNotEqualTo(filter("a/#"));
        assertThat(queue.wireBytes()).asString().isEqualTo("$queue/a/#");
        refused("$queue/", "$queue/a#");
        assertThat(filter("$queue").isShared()).isFalse();
    }

    @Test
    void knowsItsWildcards() {
        assertThat(filter("a/+").hasWildcard()).isTrue();
        assertThat(filter("$share/g/#").hasWildcard()).isTrue();
        assertThat(filter("$share/g/a").hasWildcard()).isFalse();
        assertThat(filter("a/b").levels()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "a/b, a/b, true",
        "a/b, a/bc, false",
        "a/b, a/b/c, false",
        "a/b, a, false",
        "a, a/b, false",
        "a/+, a/b, true",
        "a/+, a/, true",
        "a/+, a, false",
        "a/+, a/b/c, false",
        "+/b, a/b, true",
        "+/b, /b, true",
        "+, /a, false",
        "/+, /a, true",
        "+/+, /a, true",
        "a/+/c, a/b/c, true",
        "a/+/c, a/b/d, false",
        "#, a/b/c, true",
        "#, /, true",
        "a/#, a, true",
        "a/#, a/, true",
        "a/#, a/b/c, true",
        "a/#, ab, false",
        "a/b/#, a, false",
        "a/+/#, a, false",
        "a/+/#, a/b, true",
        "+/#, $SYS/x, false",
        "#, $SYS/x, false",
        "+/a, $SYS/a, false",
        "$SYS/#, $SYS/x, true",
        "$share/g/a/+, a/b, true",
        "a//b, a//b, true",
        "a/+/b, a//b, true",
        "a/, a/, true",
        "a/, a, false"
    })
    void namesMatchFilters(String filter, String name, boolean matches) throws PacketException {
        assertThat(filter(filter).matches(TopicName.of(name))).isEqualTo(matches);
    }

    @Test
    void comparesByContent() {
        assertThat(filter("$share/g/a")).isEqualTo(filter("$share/g/a"));
        assertThat(filter("$share/g/a")).hasSameHashCodeAs(filter("$share/g/a"));
        assertThat(filter("$share/g/a"))
                .isNotEqualTo(filter("$share/h/a"))
                .isNotEqualTo(filter("a"));
        assertThat(filter("a").compareTo(filter("b"))).isNegative();
        assertThat(filter("a").compareTo(filter("a"))).isZero();
        assertThat(filter("a").compareTo(filter("$share/g/a"))).isNegative();
        assertThat(filter("$share/g/a").compareTo(filter("a"))).isPositive();
        assertThat(filter("$share/g/a").compareTo(filter("$share/h/a"))).isNegative();
    }
}
