package io.godwit.codec;

import java.nio.ByteBuffer;

/** Properties as bytes (§2.2.2), for those who keep messages and wills elsewhere than on a wire. */
public final class EncodedProperties {

    private EncodedProperties() {}

    /** The properties of a Will Message, Will Delay Interval included, with their length. */
    public static byte[] ofWill(Properties properties) {
        WireWriter counted = new WireWriter(null);
        PropertiesEncoder.writeWill(counted, properties);
        byte[] bytes = new byte[counted.count()];
        PropertiesEncoder.writeWill(new WireWriter(ByteBuffer.wrap(bytes)), properties);
        return bytes;
    }

    /**
     * Reads what {@link #ofWill} made.
     *
     * @throws PacketException if it is not that
     */
    public static Properties will(byte[] bytes) throws PacketException {
        return PropertiesDecoder.readWill(reader(bytes));
    }

    /**
     * Reads what {@link PublishWriter#encodeProperties} made.
     *
     * @throws PacketException if it is not that
     */
    public static Properties publish(byte[] bytes) throws PacketException {
        return bytes.length == 0
                ? Properties.NONE
                : PropertiesDecoder.readAll(reader(bytes), PacketType.PUBLISH);
    }

    private static WireReader reader(byte[] bytes) {
        WireReader reader = new WireReader();
        reader.open(ByteBuffer.wrap(bytes), 0, bytes.length);
        return reader;
    }
}
