package io.godwit.broker.durable;

/** A record that cannot be read: its checksum is wrong, or it is not what it should be. */
final class DamagedRecord extends Exception {

    DamagedRecord(String what) {
        super(what);
    }

    DamagedRecord(String what, Throwable cause) {
        super(what, cause);
    }
}
