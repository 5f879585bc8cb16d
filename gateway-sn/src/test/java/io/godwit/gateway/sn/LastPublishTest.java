package io.godwit.gateway.sn;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.codec.Binary;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LastPublishTest {

    private final LastPublish last = new LastPublish();

    private static SnMessage.Publish publish(int topicId, int messageId, int qos, String text) {
        Binary data = new Binary(text.getBytes(StandardCharsets.UTF_8));
        SnTopic topic = new SnTopic.Normal(topicId);
        return new SnMessage.Publish(false, qos, false, topic, messageId, data);
    }

    @Test
    void nothingIsKnownBeforeTheFirst() {
        assertThat(last.is(publish(1, 0, 1, ""))).isFalse();
        assertThat(last.is(publish(1, 1, 1, ""))).isFalse();
    }

    @Test
    void aMessageIsKnownByAllThatItSays() {
        last.keep(publish(1, 2, 1, "21 degrees"));

        assertThat(last.is(publish(1, 2, 1, "21 degrees"))).isTrue();
        assertThat(last.has(2)).isTrue();
        assertThat(last.is(publish(3, 2, 1, "21 degrees"))).isFalse();
        assertThat(last.is(publish(1, 3, 1, "21 degrees"))).isFalse();
        assertThat(last.is(publish(1, 2, 2, "21 degrees"))).isFalse();
        assertThat(last.is(publish(1, 2, 1, "22 degrees"))).isFalse();
        assertThat(last.is(publish(1, 2, 1, "21 degree"))).isFalse();
        assertThat(last.is(publish(1, 2, 1, ""))).isFalse();
    }

    @Test
    void nothingOfTheMessageItselfIsKept() {
        SnMessage.Publish kept = publish(1, 2, 1, "21 degrees");
        last.keep(kept);

        kept.data().bytes()[0] = '9';

        assertThat(last.is(publish(1, 2, 1, "21 degrees"))).isTrue();
    }

    @Test
    void theNextTakesItsPlaceWhateverItsLength() {
        String text = "a text of 40 letters, or a little more...";
        for (int length : new int[] {text.length(), 20, 2, 0, 1, text.length()}) {
            last.keep(publish(1, 2, 1, text.substring(0, length)));

            for (int other = 0; other <= text.length(); other++) {
                assertThat(last.is(publish(1, 2, 1, text.substring(0, other))))
                        .as("%d octets for %d", other, length)
                        .isEqualTo(other == length);
            }
        }
    }

    @Test
    void aForgottenMessageIsNotKnown() {
        last.keep(publish(1, 2, 2, "open"));
        last.forget();

        assertThat(last.is(publish(1, 2, 2, "open"))).isFalse();
        assertThat(last.has(2)).isFalse();
    }
}
