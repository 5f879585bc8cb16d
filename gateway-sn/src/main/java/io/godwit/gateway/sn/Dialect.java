package io.godwit.gateway.sn;

import io.godwit.codec.Binary;
import io.godwit.codec.TopicName;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import io.godwit.gateway.sn.codec.SnVersion;
import org.jspecify.annotations.Nullable;

/** Where the versions say different things for the same, beside how it stands on the wire. */
enum Dialect {
    V1_2 {
        @Override
        SnMessage outcome(SnMessage.Publish publish, ReturnCode code) {
            return new SnMessage.PubAck(octets(publish.topic()), publish.messageId(), code);
        }

        @Override
        @Nullable SnTopic itself(TopicName topic) {
            return SnTopic.Short.fits(topic.bytes()) ? SnTopic.Short.of(topic.bytes()) : null;
        }

        @Override
        @Nullable SnTopic inFull(TopicName topic) {
            return null;
        }

        @Override
        SnMessage again(SnMessage message) {
            return message instanceof SnMessage.Publish publish && publish.qos() > 0
                    ? new SnMessage.Publish(
                            true,
                            publish.qos(),
                            publish.retain(),
                            publish.topic(),
                            publish.messageId(),
                            publish.data())
                    : message;
        }

        /** A tenth more than what is longer than a minute, else half as much again (§7.2). */
        @Override
        long tolerated(int seconds) {
            return seconds > LONG ? seconds * 1_100L : seconds * 1_500L;
        }
    },

    V2_0 {
        @Override
        @Nullable SnMessage outcome(SnMessage.Publish publish, ReturnCode code) {
            return switch (publish.qos()) {
                case 1 -> new SnMessage.PubAck(0, publish.messageId(), code);
                case 2 -> new SnMessage.PubRec(publish.messageId(), code);
                default -> null;
            };
        }

        @Override
        @Nullable SnTopic itself(TopicName topic) {
            return null;
        }

        @Override
        SnTopic inFull(TopicName topic) {
            return new SnTopic.Name(new Binary(topic.bytes()));
        }

        /** The very same bytes. */
        @Override
        SnMessage again(SnMessage message) {
            return message;
        }

        @Override
        long tolerated(int seconds) {
            return seconds * 1_500L;
        }
    };

    /** Seconds above which version 1.2 adds little to what the client has said. */
    private static final int LONG = 60;

    /** That of a version. */
    static Dialect of(SnVersion version) {
        return version == SnVersion.V1_2 ? V1_2 : V2_0;
    }

    /**
     * What says how a message was taken, at QoS 1 or if it was refused: in version 1.2 it is the
     * same at any QoS (§6.6), in version 2.0 there is nothing at QoS 0. Null if there is nothing.
     */
    abstract @Nullable SnMessage outcome(SnMessage.Publish publish, ReturnCode code);

    /** A topic that stands for itself; null if it needs an identifier. */
    abstract @Nullable SnTopic itself(TopicName topic);

    /** A topic whose client has no identifier for it; null if it can't be sent then. */
    abstract @Nullable SnTopic inFull(TopicName topic);

    /** What is sent when a message was not answered. */
    abstract SnMessage again(SnMessage message);

    /** Milliseconds that a client may be silent that has promised to say something. */
    abstract long tolerated(int seconds);

    private static int octets(SnTopic topic) {
        return switch (topic) {
            case SnTopic.Normal(int id) -> id;
            case SnTopic.Predefined(int id) -> id;
            case SnTopic.Short(int octets) -> octets;
            case SnTopic.Name _ -> 0;
        };
    }
}
