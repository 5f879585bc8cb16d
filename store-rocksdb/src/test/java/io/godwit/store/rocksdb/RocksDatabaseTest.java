package io.godwit.store.rocksdb;

import io.godwit.broker.spi.Database;
import io.godwit.broker.spi.DatabaseContract;
import java.io.IOException;
import java.nio.file.Path;

class RocksDatabaseTest extends DatabaseContract {

    @Override
    protected Database open(Path files) throws IOException {
        return RocksDatabase.open(files, new Options(Durability.PROCESS));
    }
}
