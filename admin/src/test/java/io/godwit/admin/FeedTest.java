package io.godwit.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FeedTest {

    @Test
    void whatIsTakenIsWhatWasOfferedInItsOrder() throws InterruptedException {
        Feed<String> feed = new Feed<>();
        feed.offer("a", 1);
        feed.offer("b", 1);
        Feed.Taken<String> taken = feed.take();
        assertThat(taken.elements()).containsExactly("a", "b");
        assertThat(taken.dropped()).isZero();
    }

    @Test
    void whatAReaderIsTooSlowForIsDroppedAndCountedOnce() throws InterruptedException {
        Feed<Integer> feed = new Feed<>();
        for (int i = 0; i < Feed.MOST + 5; i++) {
            feed.offer(i, 1);
        }
        Feed.Taken<Integer> taken = feed.take();
        assertThat(taken.elements()).hasSize(Feed.MOST).endsWith(Feed.MOST - 1);
        assertThat(taken.dropped()).isEqualTo(5);
        feed.offer(7, 1);
        assertThat(feed.take()).isEqualTo(new Feed.Taken<>(List.of(7), 0));
    }

    @Test
    void largeElementsAreBoundedByTheirBytes() throws InterruptedException {
        Feed<String> feed = new Feed<>();
        for (int i = 0; i < 10; i++) {
            feed.offer("x", Feed.MOST_BYTES / 2);
        }
        Feed.Taken<String> taken = feed.take();
        assertThat(taken.elements()).hasSize(2);
        assertThat(taken.dropped()).isEqualTo(8);
    }

    @Test
    void aReaderWaitsForTheNext() throws InterruptedException {
        Feed<String> feed = new Feed<>();
        AtomicReference<String> got = new AtomicReference<>("nothing");
        Thread reader =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                got.set(feed.take().elements().getFirst());
                            } catch (InterruptedException ended) {
                                got.set("interrupted");
                            }
                        });
        feed.offer("a", 1);
        reader.join();
        assertThat(got).hasValue("a");
    }
}
