package io.godwit.codec;

import static io.godwit.codec.WireCases.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.godwit.spec.Spec;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** PUBLISH on the wire (§3.3). */
class PublishTest {

    @Spec({"v5 MQTT-2.2.1-2", "v3 MQTT-2.3.1-5"})
    @Test
    void qos0HasNoPacketIdentifier() throws PacketException {
        verify("PUBLISH at QoS 0 has no packet identifier");
        Publish publish =
                new Publish(false, 0, false, WireCases.topic("a"), 7, Properties.NONE, new byte[0]);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PacketEncoder.encodedSize(publish, ProtocolVersion.V5));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PublishWriter().delivery(0, false, false, 7));
    }

    @Spec({"v5 MQTT-3.3.2-1", "v3 MQTT-3.3.2-1"})
    @Test
    void topicComesFirstAndIsUtf8() throws PacketException {
        verify("PUBLISH");
        verify("PUBLISH cut short");
        verify("PUBLISH whose topic is not UTF-8");
    }

    @Spec({"v5 MQTT-3.3.2-2", "v5 MQTT-4.7.0-1", "v3 MQTT-3.3.2-2", "v3 MQTT-4.7.1-1"})
    @Test
    void topicHasNoWildcards() throws PacketException {
        verify("PUBLISH whose topic holds a wildcard");
    }

    @Spec({"v5 MQTT-4.7.3-1", "v3 MQTT-4.7.3-1"})
    @Test
    void topicIsEmptyOnlyWithATopicAlias() throws PacketException {
        verify("PUBLISH with an empty topic");
        verify("PUBLISH with a Topic Alias");
    }

    @Spec({"v5 MQTT-3.3.1-2", "v3 MQTT-3.3.1-2"})
    @Test
    void dupAtQos0IsRefused() throws PacketException {
        verify("PUBLISH with DUP at QoS 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PublishWriter.flags(0, true, false))
                .withMessageContaining("DUP");
    }

    @Test
    void dupAtQos0HasNoMeaningIn31() throws PacketException {
        verify("PUBLISH of 3.1 with DUP at QoS 0");
    }

    @Spec({"v5 MQTT-3.3.1-4", "v3 MQTT-3.3.1-4"})
    @Test
    void qos3IsRefused() throws PacketException {
        verify("PUBLISH at QoS 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PublishWriter.flags(3, false, false))
                .withMessageContaining("QoS");
    }

    @Spec("v5 MQTT-3.3.2-8")
    @Test
    void topicAlias0IsRefused() throws PacketException {
        verify("PUBLISH with the Topic Alias 0");
        assertThatIllegalArgumentException().isThrownBy(() -> new PublishWriter().topicAlias(0));
    }

    @Test
    void propertiesAreTaken() throws PacketException {
        verify("PUBLISH with properties");
        verify("PUBLISH with Subscription Identifiers");
    }

    @Spec("v5 MQTT-3.3.4-6")
    @Test
    void subscriptionIdentifierOfAClientIsRefused() throws PacketException {
        verify("PUBLISH of a client with a Subscription Identifier");
    }

    @Spec("v5 MQTT-3.3.2-13")
    @Test
    void responseTopicIsUtf8() throws PacketException {
        verify("PUBLISH whose Response Topic is not UTF-8");
        verify("PUBLISH with an empty Response Topic");
    }

    @Spec("v5 MQTT-3.3.2-14")
    @Test
    void responseTopicHasNoWildcards() throws PacketException {
        verify("PUBLISH whose Response Topic holds a wildcard");
    }

    @Spec("v5 MQTT-3.3.2-19")
    @Test
    void contentTypeIsUtf8() throws PacketException {
        verify("PUBLISH whose Content Type is not UTF-8");
    }

    /** The same bytes give the same object, and the payload is a copy. */
    @Test
    void keepsNothingOfTheBuffer() throws PacketException {
        PacketDecoder decoder = WireCase.connected(ProtocolVersion.V5, new TopicCache(16));
        byte[] bytes = WireBytes.parse("30 06 00 01 'a' 00 'hi'");
        Publish first = (Publish) decoder.decode(ByteBuffer.wrap(bytes));
        Publish second = (Publish) decoder.decode(ByteBuffer.wrap(bytes.clone()));
        bytes[4] = 'x';
        bytes[6] = 'x';
        assertThat(Objects.requireNonNull(first).payload()).containsExactly('h', 'i');
        assertThat(first.topic()).hasToString("a");
        assertThat(Objects.requireNonNull(second).topic()).isSameAs(first.topic());
    }
}
