package io.godwit.store.rocksdb;

/** What a batch survives once it is written. */
public enum Durability {
    /** The end of the process, however it comes: the bytes are with the operating system. */
    PROCESS,
    /** A loss of power as well: each batch is forced to the disk. */
    POWER
}
