package io.godwit.server.crash;

import io.godwit.codec.PacketException;
import io.godwit.codec.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * An Application Message of the load; no other has its name.
 *
 * @param number counts the messages of one publisher on one topic from 1
 */
record Message(String publisher, String topic, int number) {

    private static final int SHORT = 200;
    private static final int LONG = 5_000;

    /** The payload: its name, and then bytes that follow from it. */
    byte[] payload() {
        byte[] name = (publisher + " " + number + "\n").getBytes(StandardCharsets.US_ASCII);
        Random random = new Random(hashCode());
        int size = random.nextInt(20) == 0 ? LONG : random.nextInt(SHORT);
        byte[] payload = new byte[name.length + size];
        random.nextBytes(payload);
        System.arraycopy(name, 0, payload, 0, name.length);
        return payload;
    }

    /** The message with this payload, or null if a byte of it is not as it was sent. */
    static @Nullable Message of(String topic, byte[] payload) {
        String text = new String(payload, StandardCharsets.US_ASCII);
        int space = text.indexOf(' ');
        int end = text.indexOf('\n');
        if (space < 0 || end < space || !text.substring(space + 1, end).matches("[0-9]{1,9}")) {
            return null;
        }
        Message message =
                new Message(
                        text.substring(0, space),
                        topic,
                        Integer.parseInt(text.substring(space + 1, end)));
        return Arrays.equals(message.payload(), payload) ? message : null;
    }

    TopicName topicName() {
        try {
            return TopicName.of(topic);
        } catch (PacketException invalid) {
            throw new IllegalArgumentException(topic, invalid);
        }
    }

    @Override
    public String toString() {
        return publisher + "#" + number + "@" + topic;
    }
}
