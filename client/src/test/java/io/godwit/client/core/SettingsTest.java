package io.godwit.client.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.OfflineBuffer;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Property;
import io.godwit.codec.PubAck;
import io.godwit.codec.Publish;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Settings at the ends of their ranges, and what is shown of them. */
class SettingsTest extends Conversation {

    @Test
    void timesThatMeanForEverAreTaken() {
        Duration forEver = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
        MqttClient client =
                open(
                        builder()
                                .timeout(forEver)
                                .keepAlive(60)
                                .sessionExpiry(forEver)
                                .will(Message.of("a", "b"), forEver)
                                .offline(OfflineBuffer.DEFAULT.livingFor(forEver)));
        CompletableFuture<?> published =
                client.publish(Message.to("a").payload("x").qos(1).expiry(forEver).build());
        Peer.Session session = connect(client);
        Publish publish = session.take(Publish.class);
        assertThat(publish.properties().get(Property.MESSAGE_EXPIRY_INTERVAL))
                .isEqualTo(0xFFFF_FFFFL);
        session.send(new PubAck(publish.packetId()));
        get(published);
        CompletableFuture<Void> end = client.disconnect();
        session.take(Disconnect.class);
        session.close();
        get(end);
    }

    @Test
    void messagesLiveForSomeTime() {
        assertThatThrownBy(() -> OfflineBuffer.DEFAULT.livingFor(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("messages live for PT0S; that has to be positive");
    }

    @Test
    void queryOfAnAddressIsNotShown() {
        MqttClient client = open(builder().server("ws://127.0.0.1:8083/mqtt?token=s3cret"));
        assertThat(client.toString()).contains("/mqtt?...").doesNotContain("s3cret");
    }
}
