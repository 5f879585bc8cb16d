package io.godwit.client.store;

import io.godwit.client.Message;
import io.godwit.client.store.SessionStore.Kept;
import io.godwit.client.store.SessionStore.Stage;
import io.godwit.codec.EncodedProperties;
import io.godwit.codec.PacketException;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.PublishWriter;
import io.godwit.codec.TopicName;
import java.nio.ByteBuffer;

/**
 * The records of a log, without what {@link LogSegment} puts around them: a byte that says of which
 * kind it is, then its fields.
 */
final class Records {

    static final byte APPENDED = 1;
    static final byte ADVANCED = 2;
    static final byte REMOVED = 3;
    static final byte TOOK = 4;
    static final byte RELEASED = 5;
    static final byte SESSION_LOST = 6;

    private static final int STAGE_OFFSET = 1 + Long.BYTES + Long.BYTES;
    private static final int RETAIN = 4;

    private Records() {}

    /** A message: what is in it of a connection, such as a Topic Alias, is left out. */
    static byte[] appended(Kept kept) {
        Message message = kept.message();
        byte[] topic = message.topic().bytes();
        Properties kind =
                message.properties()
                        .only(
                                property ->
                                        property != Property.TOPIC_ALIAS
                                                && property != Property.SUBSCRIPTION_IDENTIFIER);
        byte[] properties = PublishWriter.encodeProperties(kind);
        ByteBuffer out =
                ByteBuffer.allocate(
                        STAGE_OFFSET
                                + 10
                                + topic.length
                                + properties.length
                                + message.payload().length);
        out.put(APPENDED).putLong(kept.sequence()).putLong(kept.publishedAt());
        out.put(code(kept.stage())).putShort((short) kept.packetId());
        out.put((byte) (message.qos() | (message.retain() ? RETAIN : 0)));
        out.putShort((short) topic.length).put(topic);
        out.putInt(properties.length).put(properties);
        return out.put(message.payload()).array();
    }

    /** The message of such a record, behind the byte of its kind. */
    static Kept kept(ByteBuffer in) throws PacketException {
        long sequence = in.getLong();
        long publishedAt = in.getLong();
        Stage stage = stage(in.get());
        int packetId = in.getShort() & 0xFFFF;
        int flags = in.get();
        TopicName topic = TopicName.of(bytes(in, in.getShort() & 0xFFFF));
        Properties properties = EncodedProperties.publish(bytes(in, in.getInt()));
        byte[] payload = bytes(in, in.remaining());
        Message message =
                new Message(topic, payload, flags & 3, (flags & RETAIN) != 0, properties);
        return new Kept(sequence, message, stage, packetId, publishedAt);
    }

    private static byte[] bytes(ByteBuffer in, int count) {
        if (count < 0 || count > in.remaining()) {
            throw new IllegalArgumentException("a field has " + count + " bytes");
        }
        byte[] bytes = new byte[count];
        in.get(bytes);
        return bytes;
    }

    /** Makes of the record of a message one in which it has come further. */
    static void setStage(byte[] appended, Stage stage, int packetId) {
        ByteBuffer.wrap(appended)
                .put(STAGE_OFFSET, code(stage))
                .putShort(STAGE_OFFSET + 1, (short) packetId);
    }

    static byte[] advanced(long sequence, Stage stage, int packetId) {
        return ByteBuffer.allocate(12)
                .put(ADVANCED)
                .putLong(sequence)
                .put(code(stage))
                .putShort((short) packetId)
                .array();
    }

    static byte[] removed(long sequence) {
        return ByteBuffer.allocate(9).put(REMOVED).putLong(sequence).array();
    }

    static byte[] took(int packetId) {
        return ByteBuffer.allocate(3).put(TOOK).putShort((short) packetId).array();
    }

    static byte[] released(int packetId) {
        return ByteBuffer.allocate(3).put(RELEASED).putShort((short) packetId).array();
    }

    static byte[] sessionLost() {
        return new byte[] {SESSION_LOST};
    }

    private static byte code(Stage stage) {
        return switch (stage) {
            case WAITING -> 0;
            case SENT -> 1;
            case RELEASED -> 2;
        };
    }

    /** The stage with this code. */
    static Stage stage(byte code) {
        return switch (code) {
            case 0 -> Stage.WAITING;
            case 1 -> Stage.SENT;
            case 2 -> Stage.RELEASED;
            default -> throw new IllegalArgumentException("there is no stage " + code);
        };
    }
}
