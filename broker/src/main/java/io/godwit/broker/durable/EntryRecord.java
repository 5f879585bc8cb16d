package io.godwit.broker.durable;

import io.godwit.broker.spi.Delivery;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.Share;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a queue: how a message is to be delivered, and the message itself or a reference to
 * it.
 *
 * @param countUpTo how many entries the session has had, this one included; the difference of two
 *     tells how many there are from one to the other
 * @param bytesUpTo the same of their sizes
 * @param size {@link Message#size} of its message
 * @param share the filter of the shared subscription that chose the session, or null
 * @param messageId where the message is in the MESSAGE table, 0 if it is {@code message}
 */
record EntryRecord(
        int qos,
        boolean retain,
        int[] subscriptionIds,
        @Nullable String share,
        long countUpTo,
        long bytesUpTo,
        int size,
        long messageId,
        @Nullable Message message) {

    private static final int RETAIN = 1;
    private static final int HAS_IDS = 8;
    private static final int HAS_SHARE = 16;

    /** Writes one. */
    static byte[] encode(RecordWriter out, byte[] key, QueueEntry entry, long messageId) {
        Delivery delivery = entry.delivery();
        int[] ids = delivery.subscriptionIds();
        Share share = delivery.share();
        out.start()
                .writeByte(
                        (delivery.retain() ? RETAIN : 0)
                                | delivery.qos() << 1
                                | (ids.length > 0 ? HAS_IDS : 0)
                                | (share == null ? 0 : HAS_SHARE))
                .writeNumber(entry.countUpTo())
                .writeNumber(entry.bytesUpTo())
                .writeNumber(delivery.message().size())
                .writeNumber(messageId);
        if (ids.length > 0) {
            out.writeNumber(ids.length);
            for (int id : ids) {
                out.writeNumber(id);
            }
        }
        if (share != null) {
            out.writeText(share.filter().toString());
        }
        if (messageId == 0) {
            Records.write(out, delivery.message());
        }
        return out.seal(key);
    }

    /** Reads one. */
    static EntryRecord decode(byte[] key, byte[] value) throws DamagedRecord {
        RecordReader in = new RecordReader(key, value);
        int flags = in.readByte();
        long countUpTo = in.readNumber();
        long bytesUpTo = in.readNumber();
        int size = in.readInt();
        long messageId = in.readNumber();
        int[] ids = (flags & HAS_IDS) == 0 ? Delivery.NO_IDS : new int[in.readInt()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = in.readInt();
        }
        String share = (flags & HAS_SHARE) == 0 ? null : in.readText();
        Message message = messageId == 0 ? Records.readMessage(in) : null;
        return new EntryRecord(
                flags >> 1 & 3,
                (flags & RETAIN) != 0,
                ids,
                share,
                countUpTo,
                bytesUpTo,
                size,
                messageId,
                message);
    }
}
