/** The tables of the durable store, on RocksDB. */
@NullMarked
package io.godwit.store.rocksdb;

import org.jspecify.annotations.NullMarked;
