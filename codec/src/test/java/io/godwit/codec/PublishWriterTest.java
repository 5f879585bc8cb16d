package io.godwit.codec;

import static io.godwit.codec.WireCases.topic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PUBLISH as it is written to subscribers, by the writer and by a template. */
class PublishWriterTest {

    private static final Properties FORWARDED =
            Properties.of(Property.CONTENT_TYPE, "text")
                    .with(Property.USER_PROPERTY, new UserProperty("k", "v"));

    private final PublishWriter writer = new PublishWriter();
    private final ByteBuffer out = ByteBuffer.allocate(300_000);

    /** What has been written so far, as a client of the version reads it. */
    private Publish written(ProtocolVersion version) throws PacketException {
        PacketDecoder decoder = PacketDecoder.forClient(version, 1_000_000, new TopicCache(1));
        ByteBuffer in = out.duplicate().flip();
        Publish publish = (Publish) Objects.requireNonNull(decoder.decode(in));
        assertThat(in.hasRemaining()).isFalse();
        return publish;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 110, 127, 128, 16_380, 16_384, 200_000})
    void writesAsTheEncoderDoes(int payloadLength) {
        byte[] payload = new byte[payloadLength];
        for (ProtocolVersion version : ProtocolVersion.values()) {
            for (int qos = 0; qos <= 2; qos++) {
                int packetId = qos == 0 ? 0 : 0x1234;
                Properties properties = version.isV5() ? FORWARDED : Properties.NONE;
                Publish publish =
                        new Publish(
                                qos > 0, qos, true, topic("a/b"), packetId, properties, payload);
                ByteBuffer expected =
                        ByteBuffer.allocate(PacketEncoder.encodedSize(publish, version));
                PacketEncoder.encode(publish, version, expected);
                byte[] encoded = PublishWriter.encodeProperties(FORWARDED);
                writer.message(version, publish.topic(), encoded, payload)
                        .delivery(qos, qos > 0, true, packetId);
                out.clear();
                writer.write(out);
                assertThat(writer.size()).isEqualTo(expected.position());
                assertThat(out.flip()).isEqualTo(expected.flip());
            }
        }
    }

    @Test
    void addsThePropertiesOfASubscriber() throws PacketException {
        byte[] payload = {1};
        writer.message(
                        ProtocolVersion.V5,
                        TopicName.EMPTY,
                        PublishWriter.encodeProperties(FORWARDED),
                        payload)
                .delivery(1, false, false, 9)
                .topicAlias(65_535)
                .messageExpiryInterval(0xFFFF_FFFEL);
        for (int i = 0; i < 40; i++) {
            writer.subscriptionIdentifier(1 << i % 28);
        }
        writer.write(out);
        assertThat(out.position()).isEqualTo(writer.size());
        Publish publish = written(ProtocolVersion.V5);
        assertThat(publish.properties().get(Property.TOPIC_ALIAS)).isEqualTo(65_535);
        assertThat(publish.properties().get(Property.MESSAGE_EXPIRY_INTERVAL))
                .isEqualTo(0xFFFF_FFFEL);
        assertThat(publish.properties().all(Property.SUBSCRIPTION_IDENTIFIER))
                .hasSize(40)
                .contains(1, 128, 1 << 27);
        assertThat(publish.properties().get(Property.CONTENT_TYPE)).isEqualTo("text");
        assertThat(publish.packetId()).isEqualTo(9);
    }

    @Test
    void nextMessageHasNothingOfTheLast() throws PacketException {
        byte[] none = PublishWriter.encodeProperties(Properties.NONE);
        writer.message(ProtocolVersion.V5, topic("a"), none, new byte[0])
                .delivery(2, true, true, 7)
                .topicAlias(1);
        writer.message(ProtocolVersion.V5, topic("b"), none, new byte[0]).write(out);
        assertThat(written(ProtocolVersion.V5))
                .isEqualTo(
                        new Publish(false, 0, false, topic("b"), 0, Properties.NONE, new byte[0]));
    }

    @Test
    void hasNoPropertiesBeforeVersion5() throws PacketException {
        byte[] encoded = PublishWriter.encodeProperties(FORWARDED);
        writer.message(ProtocolVersion.V3_1_1, topic("a"), encoded, new byte[] {5})
                .delivery(0, false, false, 0)
                .subscriptionIdentifier(3)
                .write(out);
        assertThat(out.flip()).isEqualTo(ByteBuffer.wrap(WireBytes.parse("30 04 00 01 'a' 05")));
    }

    @ParameterizedTest
    @EnumSource
    void templateIsPatchedForEachSubscriber(ProtocolVersion version) throws PacketException {
        Properties properties = version.isV5() ? FORWARDED : Properties.NONE;
        byte[] payload = new byte[500];
        PublishTemplate template =
                PublishTemplate.of(version, topic("a/b"), true, properties, payload);
        template.write(out, 1, false, true, 1);
        assertThat(written(version))
                .isEqualTo(new Publish(false, 1, true, topic("a/b"), 1, properties, payload));
        assertThat(out.position()).isEqualTo(template.size());
        out.clear();
        template.write(out, 2, true, false, 65_535);
        assertThat(written(version))
                .isEqualTo(new Publish(true, 2, false, topic("a/b"), 65_535, properties, payload));
    }

    @Test
    void templateWithoutPacketIdentifierIsForQos0() throws PacketException {
        PublishTemplate template =
                PublishTemplate.of(
                        ProtocolVersion.V5, topic("a"), false, Properties.NONE, new byte[] {1});
        template.write(out, 0, false, true, 0);
        assertThat(written(ProtocolVersion.V5).retain()).isTrue();
        assertThat(template.hasPacketId()).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> template.write(out, 1, false, false, 1))
                .withMessageContaining("without packet identifier at QoS 1");
        PublishTemplate other =
                PublishTemplate.of(
                        ProtocolVersion.V5, topic("a"), true, Properties.NONE, new byte[] {1});
        assertThatIllegalArgumentException().isThrownBy(() -> other.write(out, 0, false, false, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> other.write(out, 1, false, false, 0))
                .withMessageContaining("packet identifier");
    }

    @Test
    void headLeavesThePayloadToTheTransport() throws PacketException {
        byte[] payload = new byte[100_000];
        payload[99_999] = 9;
        PublishTemplate head =
                PublishTemplate.ofHead(
                        ProtocolVersion.V5, topic("a"), true, Properties.NONE, payload);
        assertThat(head.size()).isLessThan(20);
        head.write(out, 1, false, false, 3);
        assertThat(out.position()).isEqualTo(head.size());
        out.put(payload);
        assertThat(written(ProtocolVersion.V5).payload()).isEqualTo(payload);
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> writer.topicAlias(65_536));
        assertThatIllegalArgumentException().isThrownBy(() -> writer.subscriptionIdentifier(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer.subscriptionIdentifier(268_435_456));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer.messageExpiryInterval(0x1_0000_0000L));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer.delivery(1, false, false, 65_536));
        assertThatIllegalArgumentException().isThrownBy(() -> writer.delivery(3, false, false, 1));
    }

    @Test
    void bufferThatIsTooSmallIsRefused() {
        writer.message(ProtocolVersion.V5, topic("abc"), new byte[0], new byte[10]);
        ByteBuffer small = ByteBuffer.allocate(writer.size() - 1);
        assertThatThrownBy(() -> writer.write(small)).isInstanceOf(BufferOverflowException.class);
    }
}
