package io.godwit.store.rocksdb;

/**
 * How to open a {@link RocksDatabase}.
 *
 * @param durability what a written batch survives
 */
public record Options(Durability durability) {}
