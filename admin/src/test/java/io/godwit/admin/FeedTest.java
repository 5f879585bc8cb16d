package io.godwit.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FeedTest {

    private static final Feed.Room ROOM = new Feed.Room(Long.MAX_VALUE);

    @Test
    void whatIsTakenIsWhatWasOfferedInItsOrder() throws InterruptedException {
        Feed<String> feed = new Feed<>(ROOM);
        feed.offer("a", 1);
        feed.offer("b", 1);
        Feed.Taken<String> taken = feed.take();
        assertThat(taken.elements()).containsExactly("a", "b");
        assertThat(taken.dropped()).isZero();
    }

    @Test
    void whatAReaderIsTooSlowForIsDroppedAndCountedOnce() throws InterruptedException {
        Feed<Integer> feed = new Feed<>(ROOM);
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
        Feed<String> feed = new Feed<>(ROOM);
        for (int i = 0; i < 10; i++) {
            feed.offer("x", Feed.MOST_BYTES / 2);
        }
        Feed.Taken<String> taken = feed.take();
        assertThat(taken.elements()).hasSize(2);
        assertThat(taken.dropped()).isEqualTo(8);
    }

    @Test
    void allFeedsTogetherAreBoundedByWhatTheyAndTheirReadersHold() throws InterruptedException {
        Feed.Room room = new Feed.Room(100);
        Feed<String> one = new Feed<>(room);
        Feed<String> other = new Feed<>(room);
        one.offer("a", 100);
        other.offer("b", 1);
        assertThat(one.take().elements()).containsExactly("a"); // its reader has it still
        other.offer("c", 1);
        assertThat(room.held()).hasValue(100);
        one.close();
        one.offer("d", 1);
        assertThat(room.held()).hasValue(0);
        other.offer("e", 60);
        assertThat(other.take()).isEqualTo(new Feed.Taken<>(List.of("e"), 2));
        other.offer("f", 50);
        assertThat(other.take().elements()).containsExactly("f");
        assertThat(room.held()).hasValue(50);
        other.close();
        assertThat(room.held()).hasValue(0);
    }

    @Test
    void aReaderWaitsForTheNext() throws InterruptedException {
        Feed<String> feed = new Feed<>(ROOM);
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
