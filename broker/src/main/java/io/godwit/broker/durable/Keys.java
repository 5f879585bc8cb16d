package io.godwit.broker.durable;

import java.nio.charset.StandardCharsets;

/** The keys of the tables. Sessions and messages are known by numbers that are never used again. */
final class Keys {

    /** What a record in the SESSION table holds, by the byte behind the session's number. */
    static final int SESSION = 0;

    static final int CURSOR = 1;
    static final int SUBSCRIPTION = 2;
    static final int UNRELEASED = 3;
    static final int WILL = 4;

    /** Where the byte stands that says what a record of the SESSION table holds. */
    static final int KIND_AT = 8;

    static final byte[] FORMAT = "format".getBytes(StandardCharsets.US_ASCII);
    static final byte[] SECRET = "secret".getBytes(StandardCharsets.US_ASCII);

    private Keys() {}

    /** The first key of a session in SESSION and QUEUE, or of a message in MESSAGE. */
    static byte[] number(long number) {
        byte[] key = new byte[8];
        Bytes.putLong(key, 0, number);
        return key;
    }

    static byte[] session(long number, int kind) {
        byte[] key = new byte[9];
        Bytes.putLong(key, 0, number);
        key[KIND_AT] = (byte) kind;
        return key;
    }

    static byte[] subscription(long number, String filter) {
        byte[] text = filter.getBytes(StandardCharsets.UTF_8);
        byte[] key = new byte[9 + text.length];
        Bytes.putLong(key, 0, number);
        key[KIND_AT] = SUBSCRIPTION;
        System.arraycopy(text, 0, key, 9, text.length);
        return key;
    }

    /** Each will has a key of its own, so that no late change of one can touch the next. */
    static byte[] will(long number, long will) {
        byte[] key = new byte[17];
        Bytes.putLong(key, 0, number);
        key[KIND_AT] = WILL;
        Bytes.putLong(key, 9, will);
        return key;
    }

    static byte[] unreleased(long number, int packetId) {
        byte[] key = new byte[11];
        Bytes.putLong(key, 0, number);
        key[KIND_AT] = UNRELEASED;
        key[9] = (byte) (packetId >>> 8);
        key[10] = (byte) packetId;
        return key;
    }

    static byte[] queue(long number, long sequence) {
        byte[] key = new byte[16];
        Bytes.putLong(key, 0, number);
        Bytes.putLong(key, 8, sequence);
        return key;
    }
}
