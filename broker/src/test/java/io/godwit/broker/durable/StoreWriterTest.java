package io.godwit.broker.durable;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.durable.WatchedDatabase.Written;
import io.godwit.broker.limits.RetainedLimits;
import io.godwit.broker.retained.InMemoryRetainedStore;
import io.godwit.broker.shard.Time;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedDisk;
import io.godwit.broker.simulation.SimulatedDisk.Durability;
import io.godwit.broker.spi.Database.Table;
import io.godwit.broker.spi.Message;
import io.godwit.codec.Properties;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How the writer puts groups into batches. */
class StoreWriterTest {

    private final SimulatedDisk disk = new SimulatedDisk(5);
    private final ArrayDeque<Runnable> executor = new ArrayDeque<>();
    private final List<Integer> done = new ArrayList<>();
    private WatchedDatabase database;
    private StoreWriter writer;
    private int nextKey;
    private int submitted;

    @BeforeEach
    void openDatabase() throws IOException {
        database = new WatchedDatabase(disk.open(Durability.PROCESS), Integer.MAX_VALUE);
        writer =
                new StoreWriter(
                        database,
                        executor::add,
                        new InMemoryRetainedStore(new RetainedLimits(10, 1 << 20)),
                        Time.SYSTEM,
                        new StoreCounts());
    }

    private void run() {
        Runnable action;
        while ((action = executor.poll()) != null) {
            action.run();
        }
    }

    /** A group of so many changes, each with a value of so many bytes. */
    private void submit(int changes, int valueBytes) {
        Changes group = new Changes();
        for (int i = 0; i < changes; i++) {
            group.change(new Op.Put(Table.SESSION, Keys.number(nextKey++), new byte[valueBytes]));
        }
        int number = submitted++;
        writer.submit(new StoreWriter.Group(group, 0, null, _ -> done.add(number)));
    }

    private List<Integer> changes() {
        return database.written().stream().map(Written::changes).toList();
    }

    @Test
    void batchHasAtMost256Changes() {
        for (int i = 0; i < 600; i++) {
            submit(1, 10);
        }
        run();
        assertThat(changes()).containsExactly(256, 256, 88);
        assertThat(done).containsExactlyElementsOf(IntStream.range(0, 600).boxed().toList());
    }

    /** State changes are counted as 64 bytes each, messages with their size. */
    @Test
    void batchHasAtMostOneMegabyte() {
        for (int i = 0; i < 10; i++) {
            Changes group = new Changes();
            group.change(new Op.Put(Table.SESSION, Keys.number(nextKey++), new byte[300_000]));
            group.count(message(300_000));
            writer.submit(new StoreWriter.Group(group, 0, null, _ -> {}));
        }
        run();
        assertThat(changes()).containsExactly(3, 3, 3, 1);
        assertThat(database.written()).allMatch(batch -> batch.bytes() <= StoreWriter.MOST_BYTES);
    }

    private static Message message(int bytes) {
        return new Message(
                Packets.topic("t"),
                new byte[bytes],
                1,
                false,
                Properties.NONE,
                Message.NEVER,
                "pub");
    }

    @Test
    void groupIsNeverTornApart() {
        submit(200, 10);
        submit(100, 10);
        submit(100, 10);
        run();
        assertThat(changes()).containsExactly(200, 200);
    }

    @Test
    void groupThatIsLargerIsABatchByItself() {
        submit(10, 10);
        submit(1000, 10);
        submit(10, 10);
        run();
        assertThat(changes()).containsExactly(10, 1000, 10);
    }

    @Test
    void writesAtOnceWhenItIsIdle() {
        submit(1, 10);
        run();
        submit(1, 10);
        run();
        assertThat(changes()).containsExactly(1, 1);
        assertThat(done).hasSize(2);
    }
}
