package io.godwit.client.store;

import static io.godwit.client.store.StoreFixture.assertSame;
import static io.godwit.client.store.StoreFixture.bytes;
import static io.godwit.client.store.StoreFixture.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.client.store.DirectoryStore.Durability;
import io.godwit.client.store.SessionStore.Kept;
import io.godwit.client.store.SessionStore.Recovered;
import io.godwit.client.store.SessionStore.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operations in any order, with files so small that they are deleted and made anew all the time. */
@Timeout(120)
class RandomOperationsTest {

    private static final int SEGMENT = 500;

    private final TreeMap<Long, Kept> outgoing = new TreeMap<>();
    private final TreeSet<Integer> incoming = new TreeSet<>();
    private long next;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void isWhatWasDone(long seed, @TempDir Path directory) throws Exception {
        Random random = new Random(seed);
        DirectoryStore store = open(directory);
        for (int step = 0; step < 20_000; step++) {
            if (random.nextInt(400) == 0) {
                store.close();
                store = open(directory);
                Recovered found = store.recovered();
                assertSame(found, new ArrayList<>(outgoing.values()), List.copyOf(incoming));
            }
            act(store, random, 1 + (step / 2_000) % 5 * 20);
        }
        store.close();
        long live = 0;
        for (Kept kept : outgoing.values()) {
            live += 60 + kept.message().payload().length;
        }
        assertThat(bytes(directory)).isLessThan(2 * live + 8 * SEGMENT);
    }

    private static DirectoryStore open(Path directory) throws IOException {
        return DirectoryStore.open(directory, 1 << 20, Durability.PROCESS, SEGMENT);
    }

    /** Does something, so that there are about so many messages. */
    private void act(DirectoryStore store, Random random, int size) throws IOException {
        int packetId = 1 + random.nextInt(20);
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> {
                if (outgoing.size() < size) {
                    Kept kept = waiting(next++, "x".repeat(random.nextInt(100)));
                    store.append(kept);
                    outgoing.put(kept.sequence(), kept);
                }
            }
            case 3, 4 -> {
                Kept kept = any(random);
                if (kept != null) {
                    Stage stage = kept.stage() == Stage.WAITING ? Stage.SENT : Stage.RELEASED;
                    store.advance(kept.sequence(), stage, packetId);
                    outgoing.put(
                            kept.sequence(),
                            new Kept(
                                    kept.sequence(),
                                    kept.message(),
                                    stage,
                                    packetId,
                                    kept.publishedAt()));
                }
            }
            case 5 -> {
                Kept kept = any(random);
                if (kept != null) {
                    store.remove(kept.sequence());
                    outgoing.remove(kept.sequence());
                }
            }
            case 6 -> {
                store.took(packetId);
                incoming.add(packetId);
            }
            default -> {
                store.released(packetId);
                incoming.remove(packetId);
            }
        }
        if (random.nextInt(500) == 0) {
            lose(store);
        }
        if (random.nextInt(50) == 0) {
            store.flush();
        }
    }

    private void lose(DirectoryStore store) throws IOException {
        store.sessionLost();
        incoming.clear();
        outgoing.values().removeIf(kept -> kept.stage() == Stage.RELEASED);
        outgoing.replaceAll(
                (sequence, kept) ->
                        new Kept(sequence, kept.message(), Stage.WAITING, 0, kept.publishedAt()));
    }

    private @Nullable Kept any(Random random) {
        if (outgoing.isEmpty()) {
            return null;
        }
        long from = outgoing.firstKey();
        Long key = outgoing.ceilingKey(from + random.nextLong(next - from));
        return outgoing.get(key == null ? outgoing.lastKey() : key);
    }
}
