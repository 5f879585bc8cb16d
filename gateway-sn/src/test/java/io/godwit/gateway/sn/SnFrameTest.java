package io.godwit.gateway.sn;

import static io.godwit.gateway.sn.SnClient.bytes;
import static io.godwit.gateway.sn.SnClient.publish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.godwit.codec.Binary;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Datagrams that are unusual. */
class SnFrameTest {

    private final SnServer server = new SnServer();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void aForwarderSpeaksForSeveralNodes() {
        SnClient forwarder = server.client();
        forwarder.node("n1").connect("one", true);
        int one = forwarder.subscribe("a", 0, 1);
        forwarder.node("n2").connect("two", true);
        int two = forwarder.register("a", 1);
        forwarder.send(publish(0, two, 0, "x"));
        forwarder.node("n1").expect(publish(0, one, 0, "x"));
        forwarder.node(null).connect("itself", true).expectNothing();
        forwarder.node("n2").expectNothing();
    }

    @Test
    void longMessagesPassInBothDirections() {
        SnClient client = server.connected("c");
        int id = client.subscribe("a", 0, 1);
        SnMessage large =
                new SnMessage.Publish(
                        false, 0, false, new SnTopic.Normal(id), 0, new Binary(new byte[1_300]));
        client.send(large).expect(large);
    }

    @Test
    void whatIsNoMessageIsDroppedAndCounted() {
        SnClient client = server.connected("c");
        client.sendRaw(new byte[] {0});
        client.sendRaw(new byte[] {0, 0x16});
        client.sendRaw(new byte[] {2, 0x16, 0}); // a byte behind it
        client.sendRaw(new byte[] {3, 0x16});
        client.expectNothing();
        assertThat(server.count(SnCounter.MALFORMED)).isEqualTo(4);
    }

    @Test
    void aSourceThatSendsTooMuchIsNotHeard() {
        try (SnServer narrow = new SnServer(it -> SnTestSettings.withSourceRate(it, 20))) {
            SnClient client = narrow.client();
            for (int i = 0; i < 100; i++) {
                client.send(new SnMessage.SearchGateway(0));
            }
            await().until(() -> narrow.count(SnCounter.DATAGRAMS_RECEIVED) == 100);
            await().until(() ->
                    narrow.count(SnCounter.DATAGRAMS_SENT) + narrow.count(SnCounter.DROPPED_RATE)
                            == 100);
            assertThat(narrow.count(SnCounter.DROPPED_RATE)).isPositive();
        }
    }

    @Test
    void anotherClientAtTheSameAddressTakesItsPlace() {
        SnClient client = server.connected("one");
        client.connect("two", true).expectNothing();
        await().until(() -> server.session("one").isEmpty());
        assertThat(server.session("two")).isPresent();
        client.send(new SnMessage.Register(0, 1, bytes("a")));
        assertThat(client.next(SnMessage.RegAck.class).code()).isEqualTo(ReturnCode.ACCEPTED);
    }
}
