package io.godwit.gateway.sn;

import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of the last PUBLISH of a client, so that it is known when it comes again. It is
 * copied into the same place each time: as objects of their own, which stay until the client's next
 * message, messages of many clients would all reach the old generation of the heap. On the
 * gateway's loop only.
 */
final class LastPublish {

    private static final byte[] NOTHING = new byte[0];

    private @Nullable SnTopic topic;
    private int messageId;
    private int qos;
    private byte[] data = NOTHING;
    private int size;

    /** Keeps a message in place of the one before. */
    void keep(SnMessage.Publish publish) {
        byte[] bytes = publish.data().bytes();
        size = bytes.length;
        if (size > data.length || size < data.length / 4) {
            data = size == 0 ? NOTHING : new byte[size];
        }
        System.arraycopy(bytes, 0, data, 0, size);
        messageId = publish.messageId();
        qos = publish.qos();
        if (!publish.topic().equals(topic)) {
            topic = publish.topic();
        }
    }

    /** No message is this one until the next is kept. */
    void forget() {
        messageId = 0;
    }

    /** Whether it is of a message with such an identifier, 1 to 65,535. */
    boolean has(int id) {
        return messageId == id;
    }

    /** Whether a message is the one that is kept, DUP aside. */
    boolean is(SnMessage.Publish publish) {
        byte[] bytes = publish.data().bytes();
        return messageId != 0
                && messageId == publish.messageId()
                && qos == publish.qos()
                && publish.topic().equals(topic)
                && Arrays.equals(data, 0, size, bytes, 0, bytes.length);
    }
}
