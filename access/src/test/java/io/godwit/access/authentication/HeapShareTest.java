package io.godwit.access.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HeapShareTest {

    private final HeapShare heap = new HeapShare(10 * 1_024, 20 * 1_024);

    /** Begins something on another thread that ends at once when it has its memory. */
    private CompletableFuture<Boolean> begin(int bytes) {
        return CompletableFuture.supplyAsync(() -> heap.with(bytes, () -> true));
    }

    @Test
    void asManyAsFitAreDoneAtATime() throws Exception {
        CompletableFuture<CompletableFuture<Boolean>> third = new CompletableFuture<>();
        heap.with(
                4 * 1_024,
                () -> {
                    assertThat(begin(6 * 1_024)).succeedsWithin(60, TimeUnit.SECONDS);
                    return heap.with(
                            6 * 1_024,
                            () -> {
                                var waiting = begin(1_024);
                                assertThat(waiting).isNotDone();
                                return third.complete(waiting);
                            });
                });
        assertThat(third.get()).succeedsWithin(60, TimeUnit.SECONDS);
    }

    @Test
    void oneThatNeedsMoreThanAllIsDoneAlone() throws Exception {
        CompletableFuture<CompletableFuture<Boolean>> other = new CompletableFuture<>();
        heap.with(
                heap.most(),
                () -> {
                    var waiting = begin(1_024);
                    assertThat(waiting).isNotDone();
                    return other.complete(waiting);
                });
        assertThat(other.get().get(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aFailureGivesTheMemoryBack() {
        try {
            heap.with(
                    heap.most(),
                    () -> {
                        throw new IllegalStateException("on purpose");
                    });
        } catch (IllegalStateException expected) {
            assertThat(expected).hasMessage("on purpose");
        }
        assertThat(begin(10 * 1_024)).succeedsWithin(60, TimeUnit.SECONDS);
    }
}
