package io.godwit.store.rocksdb;

import java.util.zip.CRC32C;

/** The checksum in RocksDB's files: CRC-32C, changed so that it may stand among what it covers. */
final class Checksum {

    private Checksum() {}

    static int of(byte[] bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, to - from);
        int value = (int) crc.getValue();
        return ((value >>> 15) | (value << 17)) + 0xa282ead8;
    }
}
