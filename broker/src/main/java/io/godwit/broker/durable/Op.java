package io.godwit.broker.durable;

import io.godwit.broker.spi.Database.Table;

/** A change of the database. */
sealed interface Op {

    record Put(Table table, byte[] key, byte[] value) implements Op {}

    record Delete(Table table, byte[] key) implements Op {}

    /** All keys from one on (inclusive) to another (exclusive). */
    record DeleteRange(Table table, byte[] from, byte[] to) implements Op {}

    /** One reference less to a stored message, which is deleted with the last one. */
    record Release(long messageId) implements Op {}
}
