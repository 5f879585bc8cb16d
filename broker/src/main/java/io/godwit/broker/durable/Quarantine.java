package io.godwit.broker.durable;

import io.godwit.broker.spi.Database.Table;

/** Takes what cannot be read, so that nothing is lost for good. Safe from any thread. */
@FunctionalInterface
public interface Quarantine {

    /**
     * Keeps a record that is damaged.
     *
     * @param why in words
     */
    void put(Table table, byte[] key, byte[] value, String why);
}
