package io.godwit.codec;

import static io.godwit.codec.ReasonCode.PROTOCOL_ERROR;
import static io.godwit.codec.ReasonCode.TOPIC_ALIAS_INVALID;
import static io.godwit.codec.ReasonCode.TOPIC_NAME_INVALID;

/** Wire cases of PUBLISH (§3.3). */
final class PublishCases extends WireCases {

    private static final byte[] HI = {'h', 'i'};

    @Override
    void fill() {
        plain();
        flags();
        topic();
        properties();
        responseTopic();
    }

    private static Publish publish(int flags, String topic, int packetId, byte[] payload) {
        return publish(flags, topic(topic), packetId, Properties.NONE, payload);
    }

    private static Publish publish(
            int flags, TopicName topic, int packetId, Properties properties, byte[] payload) {
        return new Publish(
                (flags & 8) != 0,
                flags >> 1 & 3,
                (flags & 1) != 0,
                topic,
                packetId,
                properties,
                payload);
    }

    private void plain() {
        fromClient("PUBLISH at QoS 0 has no packet identifier");
        same(V3, "30 07 00 03 'a/b' 'hi'", publish(0, "a/b", 0, HI));
        same(V5, "30 08 00 03 'a/b' 00 'hi'", publish(0, "a/b", 0, HI));
        fromClient("PUBLISH");
        same(V3, "31 05 00 03 'a/b' # RETAIN, no payload", publish(1, "a/b", 0, new byte[0]));
        same(V3, "32 09 00 03 'a/b' 00 01 'hi'", publish(2, "a/b", 1, HI));
        same(V3, "3D 09 00 03 'a/b' FF FF 'hi'", publish(0xD, "a/b", 65_535, HI));
        same(V5, "31 06 00 03 'a/b' 00", publish(1, "a/b", 0, new byte[0]));
        same(V5, "32 0A 00 03 'a/b' 00 01 00 'hi'", publish(2, "a/b", 1, HI));
        same(V5, "3B 0A 00 03 'a/b' 01 00 00 'hi'", publish(0xB, "a/b", 256, HI));
        same(V3, "30 L 00 0B 'Größe/€' 'hi'", publish(0, "Größe/€", 0, HI));
        same(V3, "30 L 01 2C 61*300 'hi'", publish(0, "a".repeat(300), 0, HI));
        fromServer("PUBLISH");
        same(V3, "33 09 00 03 'a/b' 00 01 'hi'", publish(3, "a/b", 1, HI));
        same(V5, "30 08 00 03 'a/b' 00 'hi'", publish(0, "a/b", 0, HI));
        fromClient("PUBLISH cut short");
        malformed(ALL, "30 01 00", "PUBLISH: the topic name runs past the end");
        malformed(ALL, "30 04 00 03 'a/'", "PUBLISH: the topic name runs past the end");
        malformed(V5, "30 05 00 03 'a/b'", "PUBLISH: the property length runs past the end");
    }

    private void flags() {
        fromClient("PUBLISH at QoS 3");
        malformed(ALL, "36 L 00 01 'a' 00 01 00", "PUBLISH: its QoS is 3");
        malformed(ALL, "3F L 00 01 'a' 00 01 00", "PUBLISH: its QoS is 3");
        fromServer("PUBLISH at QoS 3");
        malformed(ALL, "36 L 00 01 'a' 00 01 00", "PUBLISH: its QoS is 3");
        fromClient("PUBLISH with DUP at QoS 0");
        malformed(STRICT, "38 L 00 01 'a' 00", "PUBLISH: DUP is set at QoS 0");
        malformed(STRICT, "39 L 00 01 'a' 00", "PUBLISH: DUP is set at QoS 0");
        fromServer("PUBLISH with DUP at QoS 0");
        malformed(STRICT, "38 L 00 01 'a' 00", "PUBLISH: DUP is set at QoS 0");
        fromClient("PUBLISH of 3.1 with DUP at QoS 0");
        taken(V3_1, "38 L 00 01 'a' 'hi'", publish(0, "a", 0, HI));
    }

    private void topic() {
        fromClient("PUBLISH whose topic is not UTF-8");
        malformed(V3, "30 L 00 02 C3 28", "the topic name is not well-formed UTF-8");
        malformed(V5, "30 L 00 02 C3 28 00", "the topic name is not well-formed UTF-8");
        malformed(V3, "30 L 00 03 'a' 00 'b'", "the topic name holds U+0000");
        fromClient("PUBLISH whose topic holds a wildcard");
        for (String wildcard : new String[] {"'a/+'", "'#/b'", "'a+b'"}) {
            String topic = "30 L 00 03 " + wildcard + " 00";
            refused(ALL, topic, TOPIC_NAME_INVALID, "PUBLISH: the topic name " + wildcard);
        }
        refused(V3, "30 L 01 2C 2B*300", TOPIC_NAME_INVALID, "+++...' holds a wildcard");
        fromClient("PUBLISH with an empty topic");
        malformed(V3, "30 02 00 00", "PUBLISH: the topic name is empty");
        refused(V5, "30 03 00 00 00", PROTOCOL_ERROR, "empty and there is no Topic Alias");
        fromClient("PUBLISH with a Topic Alias");
        same(
                V5,
                "30 08 00 00 03 23 00 07 'hi'",
                publish(0, TopicName.EMPTY, 0, Properties.of(Property.TOPIC_ALIAS, 7), HI));
        same(
                V5,
                "30 09 00 01 'a' 03 23 FF FF 'hi'",
                publish(0, topic("a"), 0, Properties.of(Property.TOPIC_ALIAS, 65_535), HI));
        fromClient("PUBLISH with the Topic Alias 0");
        refused(V5, "30 L 00 01 'a' 03 23 00 00", TOPIC_ALIAS_INVALID, "the Topic Alias is 0");
        fromServer("PUBLISH with the Topic Alias 0");
        refused(V5, "30 L 00 01 'a' 03 23 00 00", TOPIC_ALIAS_INVALID, "the Topic Alias is 0");
    }

    private void properties() {
        Properties all =
                Properties.builder()
                        .add(Property.PAYLOAD_FORMAT_INDICATOR, true)
                        .add(Property.MESSAGE_EXPIRY_INTERVAL, 0x0102_0304L)
                        .add(Property.CONTENT_TYPE, "ct")
                        .add(Property.RESPONSE_TOPIC, "r")
                        .add(Property.CORRELATION_DATA, new Binary(new byte[] {0, (byte) 0xFF}))
                        .add(Property.USER_PROPERTY, new UserProperty("k", "1"))
                        .add(Property.USER_PROPERTY, new UserProperty("k", ""))
                        .build();
        fromClient("PUBLISH with properties");
        same(
                V5,
                """
                30 L 00 01 'a'
                22                            # 34 bytes of properties
                01 01                         # Payload Format Indicator
                02 01 02 03 04                # Message Expiry Interval
                03 00 02 'ct'                 # Content Type
                08 00 01 'r'                  # Response Topic
                09 00 02 00 FF                # Correlation Data
                26 00 01 'k' 00 01 '1'        # User Property
                26 00 01 'k' 00 00            # the same name again
                'hi'
                """,
                publish(0, topic("a"), 0, all, HI));
        fromServer("PUBLISH with Subscription Identifiers");
        same(
                V5,
                "30 L 00 01 'a' 0A 0B 01 0B FF FF FF 7F 0B 80 01",
                publish(
                        0,
                        topic("a"),
                        0,
                        Properties.builder()
                                .add(Property.SUBSCRIPTION_IDENTIFIER, 1)
                                .add(Property.SUBSCRIPTION_IDENTIFIER, 268_435_455)
                                .add(Property.SUBSCRIPTION_IDENTIFIER, 128)
                                .build(),
                        new byte[0]));
        fromClient("PUBLISH of a client with a Subscription Identifier");
        refused(V5, "30 L 00 01 'a' 02 0B 01", PROTOCOL_ERROR, "a client sent a Subscription");
    }

    private void responseTopic() {
        fromClient("PUBLISH whose Response Topic is not UTF-8");
        malformed(V5, "30 L 00 01 'a' 04 08 00 01 FF", "is not well-formed UTF-8");
        fromClient("PUBLISH whose Response Topic holds a wildcard");
        refused(V5, "30 L 00 01 'a' 06 08 00 03 'r/#'", TOPIC_NAME_INVALID, "'r/#' holds a wild");
        refused(V5, "30 L 00 01 'a' 04 08 00 01 '+'", TOPIC_NAME_INVALID, "'+' holds a wildcard");
        fromClient("PUBLISH with an empty Response Topic");
        malformed(V5, "30 L 00 01 'a' 03 08 00 00", "the topic name is empty");
        fromClient("PUBLISH whose Content Type is not UTF-8");
        malformed(V5, "30 L 00 01 'a' 04 03 00 01 FF", "Content Type is not well-formed");
        malformed(V5, "30 L 00 01 'a' 04 03 00 01 00", "Content Type holds U+0000");
    }
}
