package io.godwit.client.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.client.ConnectionLost;
import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.PingReq;
import io.godwit.codec.PingResp;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.spec.Spec;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** PINGREQ, and servers that are silent. */
class KeepAliveTest extends Conversation {

    private static final Duration LEAD = Duration.ofSeconds(45); // of 60 s

    /** So that what was sent before has been read. */
    private static void sync(Peer.Session session) {
        session.send(new PingResp(), new PubRel(1));
        session.take(PubComp.class);
    }

    @Test
    @Spec({"v5 MQTT-3.1.2-20", "v3 MQTT-3.1.2-23"})
    void idleClientSendsPingReqInTime() {
        for (var builder : java.util.List.of(builder(), v3())) {
            MqttClient client = open(builder.keepAlive(60));
            Peer.Session session = connect(client);
            time.advance(LEAD);
            session.take(PingReq.class);
            sync(session);
            time.advance(LEAD);
            session.take(PingReq.class);
        }
    }

    @Test
    @Spec({"v5 MQTT-3.1.2-21", "v5 MQTT-3.2.2-21"})
    void keepAliveOfTheServerCounts() {
        MqttClient client = open(builder().keepAlive(600));
        Peer.Session session = connect(client, Properties.of(Property.SERVER_KEEP_ALIVE, 60));
        time.advance(LEAD);
        session.take(PingReq.class);
    }

    @Test
    void silentServerIsLeft() {
        MqttClient client = open(builder().keepAlive(60));
        Peer.Session session = connect(client);
        time.advance(LEAD);
        session.take(PingReq.class);
        time.advance(Duration.ofSeconds(30));
        session.expectEnd();
        assertThat(end().cause())
                .isInstanceOf(ConnectionLost.class)
                .hasMessage(peer.uri() + " has been silent for 75 s");
    }

    @Test
    void silentServerIsNoticedByAClientThatOnlyPublishes() {
        MqttClient client = open(builder().keepAlive(60));
        Peer.Session session = connect(client);
        for (int i = 0; i < 5; i++) {
            get(client.publish(Message.of("a", "x")));
            session.take(Publish.class);
            time.advance(Duration.ofSeconds(10));
        }
        session.take(PingReq.class);
    }

    @Test
    void serverIsNotJudgedWhileTheClientDoesNotRead() {
        CountDownLatch goOn = new CountDownLatch(1);
        MqttClient client = open(builder().keepAlive(60));
        client.onMessage("#", message -> goOn.await());
        Peer.Session session = connect(client);
        for (int i = 0; i <= Inbound.MOST_HELD; i++) {
            session.send(publish(0, 0, "a", "x"));
        }
        Awaitility.await().until(() -> client.counts().received() == Inbound.MOST_HELD);
        for (int i = 0; i < 5; i++) {
            time.advance(LEAD);
            session.take(PingReq.class);
        }
        goOn.countDown();
        sync(session);
    }

    @Test
    void zeroTurnsItOff() {
        MqttClient client = open(builder().keepAlive(0));
        Peer.Session session = connect(client);
        time.advance(Duration.ofDays(1));
        sync(session);
    }
}
