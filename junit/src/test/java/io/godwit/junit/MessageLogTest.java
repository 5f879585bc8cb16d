package io.godwit.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.routing.ReferenceMatch;
import io.godwit.codec.Properties;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bounds of what is remembered, and which topics a filter means. */
class MessageLogTest {

    private static RecordedMessage message(String text) {
        return new RecordedMessage(
                "a", text.getBytes(StandardCharsets.UTF_8), 0, false, Properties.NONE, "c");
    }

    @Test
    void theOldestAreForgottenWhenThereAreTooMany() {
        MessageLog log = new MessageLog(2, 1000);
        log.add(message("1"));
        log.add(message("2"));
        log.add(message("3"));

        assertThat(log.since(0)).extracting(RecordedMessage::text).containsExactly("2", "3");
        assertThat(log.forgotten(0)).isEqualTo(1);
        assertThat(log.forgotten(1)).isZero();
        assertThat(log.next()).isEqualTo(3);
    }

    @Test
    void theOldestAreForgottenWhenTheyAreTooLarge() {
        MessageLog log = new MessageLog(100, 4);
        log.add(message("12"));
        log.add(message("345"));
        assertThat(log.since(0)).extracting(RecordedMessage::text).containsExactly("345");

        log.add(message("too long, but the latest"));
        assertThat(log.since(0)).hasSize(1);
    }

    @Test
    void whatComesWhileItIsAwaitedIsFound() throws Exception {
        MessageLog log = new MessageLog(2, 1000);
        log.add(message("1"));
        Thread later =
                Thread.ofVirtual()
                        .start(() -> {
                            log.add(message("2"));
                            log.add(message("3"));
                        });

        MessageLog.Entry found =
                log.await(0, entry -> entry.message().text().equals("3"), Duration.ofSeconds(10));
        later.join();

        assertThat(found).isNotNull().extracting(MessageLog.Entry::number).isEqualTo(2L);
        assertThat(log.await(0, _ -> false, Duration.ofMillis(1))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b", "a/+", "+/b", "+", "#", "a/#", "a/b/#", "+/+/c", "/", "+/"})
    void aFilterMatchesAsTheSpecificationSays(String filter) {
        for (String topic : List.of("a", "a/b", "a/b/c", "b", "/", "a/", "/b", "a//c", "$x/b")) {
            assertThat(Filter.of(filter).matches(topic))
                    .as("%s on %s", filter, topic)
                    .isEqualTo(ReferenceMatch.matches(filter, topic));
        }
    }
}
