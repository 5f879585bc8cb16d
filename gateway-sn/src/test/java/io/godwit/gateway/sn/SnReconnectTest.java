package io.godwit.gateway.sn;

import static io.godwit.gateway.sn.SnClient.again;
import static io.godwit.gateway.sn.SnClient.publish;

import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is under way when a client connects anew (§6.13). */
class SnReconnectTest {

    private final SnServer server = new SnServer();

    @AfterEach
    void close() {
        server.close();
    }

    private void published(String topic, String data) {
        SnClient publisher = server.connected("publisher");
        int id = publisher.register(topic, 1);
        publisher
                .send(publish(2, id, 2, data))
                .expect(new SnMessage.PubRec(2))
                .send(new SnMessage.PubRel(2))
                .expect(new SnMessage.PubComp(2));
    }

    /** The broker has not got it, so PUBREL would let the client take the message twice. */
    @Test
    void pubRecForAMessageThatIsToBeSentAgainIsNotAnswered() {
        SnClient client = server.client().connect("c", false);
        client.subscribe("a", 2, 1);
        published("a", "x");
        SnMessage.Publish publish = client.next(SnMessage.Publish.class);
        client.connect("c", false);
        SnMessage.Register register = client.next(SnMessage.Register.class);
        client.send(new SnMessage.PubRec(publish.messageId())).expectNothing();
        client.send(
                        new SnMessage.RegAck(
                                register.topicId(), register.messageId(), ReturnCode.ACCEPTED))
                .expect(again(publish))
                .send(new SnMessage.PubRec(publish.messageId()))
                .expect(new SnMessage.PubRel(publish.messageId()));
    }
}
