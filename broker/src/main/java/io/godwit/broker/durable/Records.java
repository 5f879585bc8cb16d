package io.godwit.broker.durable;

import io.godwit.broker.auth.SessionOwner;
import io.godwit.broker.spi.Message;
import io.godwit.codec.EncodedProperties;
import io.godwit.codec.PacketException;
import io.godwit.codec.Properties;
import io.godwit.codec.RetainHandling;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import io.godwit.codec.Will;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields of each kind of record, written and read. Times are milliseconds of the wall clock.
 */
final class Records {

    private static final int RETAIN = 1;
    private static final int SHARED = 1;
    private static final int HAD_WILL = 2;
    private static final int OF_USER = 4;
    private static final int OF_CLIENT = 8;

    private Records() {}

    // --- messages -------------------------------------------------------------------------------

    static void write(RecordWriter out, Message message) {
        out.writeByte(message.qos() << 1 | (message.retain() ? RETAIN : 0))
                .writeNumber(message.expiresAt() == Message.NEVER ? 0 : message.expiresAt() + 1)
                .writeBytes(message.topic().bytes())
                .writeText(message.publisher())
                .writeBytes(message.encodedProperties())
                .writeBytes(message.payload());
    }

    static Message readMessage(RecordReader in) throws DamagedRecord {
        int flags = in.readByte();
        long expires = in.readNumber();
        try {
            TopicName topic = TopicName.of(in.readBytes());
            String publisher = in.readText();
            Properties properties = EncodedProperties.publish(in.readBytes());
            return new Message(
                    topic,
                    in.readBytes(),
                    flags >> 1,
                    (flags & RETAIN) != 0,
                    properties,
                    expires == 0 ? Message.NEVER : expires - 1,
                    publisher);
        } catch (PacketException invalid) {
            throw new DamagedRecord("its message is not valid", invalid);
        }
    }

    // --- sessions -------------------------------------------------------------------------------

    /**
     * A session, or the queue of a shared subscription.
     *
     * @param name Client Identifier or filter
     * @param owner to whom it belongs; null if it is anybody's, as all were before there were
     *     owners
     * @param disconnectedAt -1 while it has a connection
     */
    record SessionRecord(
            String name,
            @Nullable SessionOwner owner,
            boolean shared,
            long expiryInterval,
            long disconnectedAt) {

        byte[] encode(RecordWriter out, byte[] key) {
            out.start()
                    .writeByte((shared ? SHARED : 0) | flagOf(owner))
                    .writeText(name)
                    .writeNumber(expiryInterval)
                    .writeNumber(disconnectedAt + 1);
            String userName = owner == null ? null : owner.userName();
            if (userName != null) {
                out.writeText(userName);
            }
            return out.seal(key);
        }

        private static int flagOf(@Nullable SessionOwner owner) {
            if (owner == null) {
                return 0;
            }
            return owner.userName() == null ? OF_CLIENT : OF_USER;
        }

        static SessionRecord decode(RecordReader in) throws DamagedRecord {
            int flags = in.readByte();
            String name = in.readText();
            long expiryInterval = in.readNumber();
            long disconnectedAt = in.readNumber() - 1;
            SessionOwner owner = (flags & OF_CLIENT) == 0 ? null : SessionOwner.CLIENT;
            if ((flags & OF_USER) != 0) {
                owner = new SessionOwner(in.readText());
            }
            return new SessionRecord(
                    name, owner, (flags & SHARED) != 0, expiryInterval, disconnectedAt);
        }
    }

    static byte[] will(RecordWriter out, byte[] key, Will will) {
        return out.start()
                .writeBytes(will.topic().bytes())
                .writeByte(will.qos() << 1 | (will.retain() ? RETAIN : 0))
                .writeBytes(EncodedProperties.ofWill(will.properties()))
                .writeBytes(will.payload())
                .seal(key);
    }

    static Will readWill(RecordReader in) throws DamagedRecord {
        try {
            TopicName topic = TopicName.of(in.readBytes());
            int flags = in.readByte();
            Properties properties = EncodedProperties.will(in.readBytes());
            return new Will(topic, in.readBytes(), flags >> 1, (flags & RETAIN) != 0, properties);
        } catch (PacketException invalid) {
            throw new DamagedRecord("its will is not valid", invalid);
        }
    }

    /**
     * The will that stood at the end of a session's record in format 1.
     *
     * @return null if it had none
     */
    static @Nullable Will willInFormat1(RecordReader session) throws DamagedRecord {
        int flags = session.readByte();
        session.readText();
        session.readNumber();
        session.readNumber();
        return (flags & HAD_WILL) == 0 ? null : readWill(session);
    }

    /** A subscription; its filter is in the key as well, where it tells it from others. */
    static byte[] subscription(
            RecordWriter out, byte[] key, SubscriptionRequest request, int subscriptionId) {
        int options =
                request.maximumQos()
                        | (request.noLocal() ? 4 : 0)
                        | (request.retainAsPublished() ? 8 : 0)
                        | request.retainHandling().ordinal() << 4;
        return out.start()
                .writeByte(options)
                .writeNumber(subscriptionId)
                .writeText(request.filter().toString())
                .seal(key);
    }

    /** A subscription as it was read. */
    record SubscriptionRecord(SubscriptionRequest request, int subscriptionId) {

        static SubscriptionRecord decode(RecordReader in) throws DamagedRecord {
            int options = in.readByte();
            int subscriptionId = in.readInt();
            RetainHandling[] handlings = RetainHandling.values();
            if ((options & 3) == 3 || options >> 4 >= handlings.length) {
                throw new DamagedRecord("its subscription options are " + options);
            }
            try {
                return new SubscriptionRecord(
                        new SubscriptionRequest(
                                TopicFilter.of(in.readText()),
                                options & 3,
                                (options & 4) != 0,
                                (options & 8) != 0,
                                handlings[options >> 4]),
                        subscriptionId);
            } catch (PacketException invalid) {
                throw new DamagedRecord("its filter is not valid", invalid);
            }
        }
    }

    /**
     * A flow that is under way.
     *
     * @param released whether PUBREC was received, so that PUBREL is to be sent again
     */
    record FlowRecord(int packetId, long sequence, boolean released) {}

    /**
     * Where a session stands in its queue.
     *
     * @param next what is below it, and not in a flow, is done with
     */
    record Cursor(long next, List<FlowRecord> flows) {

        static final Cursor START = new Cursor(0, List.of());

        byte[] encode(RecordWriter out, byte[] key) {
            out.start().writeNumber(next).writeNumber(flows.size());
            for (FlowRecord flow : flows) {
                out.writeNumber((long) flow.packetId() << 1 | (flow.released() ? 1 : 0))
                        .writeNumber(flow.sequence());
            }
            return out.seal(key);
        }

        static Cursor decode(RecordReader in) throws DamagedRecord {
            long next = in.readNumber();
            int count = in.readInt();
            List<FlowRecord> flows = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int idAndState = in.readInt();
                flows.add(new FlowRecord(idAndState >> 1, in.readNumber(), (idAndState & 1) != 0));
            }
            return new Cursor(next, flows);
        }

        /** Whether a queue entry is waiting or under way. */
        boolean isAlive(long sequence) {
            if (sequence >= next) {
                return true;
            }
            for (FlowRecord flow : flows) {
                if (flow.sequence() == sequence && !flow.released()) {
                    return true;
                }
            }
            return false;
        }
    }
}
