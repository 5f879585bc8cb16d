package io.godwit.store.rocksdb;

import io.godwit.broker.durable.DurableStore;
import io.godwit.broker.limits.RetainedLimits;
import io.godwit.broker.retained.InMemoryRetainedStore;
import io.godwit.broker.shard.Time;
import io.godwit.broker.spi.KeptSessionsContract;
import io.godwit.broker.spi.SessionStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executor;

/** The durable store, on RocksDB. */
class RocksStoreTest extends KeptSessionsContract {

    @Override
    protected SessionStore open(Path files, Executor executor) throws IOException {
        return new DurableStore(
                RocksDatabase.open(files, new Options(Durability.PROCESS)),
                executor,
                executor,
                Time.SYSTEM,
                new InMemoryRetainedStore(new RetainedLimits(1_000, 1 << 20)),
                0,
                (table, _, _, why) -> {
                    throw new AssertionError("a record of " + table + " is damaged: " + why);
                });
    }
}
