package io.godwit.gateway.sn;

import io.godwit.broker.auth.Origin;
import io.godwit.codec.Binary;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Connect;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketException;
import io.godwit.codec.Properties;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.TopicName;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what comes at QoS -1 (§6.8), as one client of the broker, whose identifier the rules
 * can name. On the gateway's loop only.
 */
final class ConnectionlessPublisher implements DeviceWire.Owner {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionlessPublisher.class);

    /** Messages that may wait for its connection. */
    private static final int MOST_WAITING = 64;

    /** Milliseconds before it tries to connect again. */
    private static final long AGAIN_AFTER = 5_000;

    private final SnGateway gateway;
    private final String clientId;
    private final InetSocketAddress here;
    private final ArrayDeque<Packet> waiting = new ArrayDeque<>();
    private @Nullable DeviceWire wire;
    private boolean connected;
    private long notBefore = Long.MIN_VALUE;

    /**
     * Of a gateway; it connects when there is something to publish.
     *
     * @param here the gateway's own address
     */
    ConnectionlessPublisher(SnGateway gateway, InetSocketAddress here) {
        this.gateway = gateway;
        this.clientId = gateway.settings().name() + "-connectionless";
        this.here = here;
    }

    /** Publishes a message, unless the gateway takes none such. */
    void publish(SnMessage.Publish message) {
        TopicName topic = gateway.settings().connectionless() ? topic(message.topic()) : null;
        if (topic == null) {
            gateway.count(SnCounter.DROPPED_CONNECTIONLESS);
        } else {
            publish(topic, message.retain(), message.data().bytes());
        }
    }

    private @Nullable TopicName topic(SnTopic topic) {
        return switch (topic) {
            case SnTopic.Predefined(int id) -> gateway.predefined().topic(id);
            case SnTopic.Short name -> topic(name.name());
            case SnTopic.Name(Binary utf8) -> topic(utf8.bytes());
            case SnTopic.Normal _ -> null; // which needs a client
        };
    }

    private static @Nullable TopicName topic(byte[] utf8) {
        try {
            return TopicName.of(utf8);
        } catch (PacketException notValid) {
            return null;
        }
    }

    private void publish(TopicName topic, boolean retain, byte[] payload) {
        Packet packet = new Publish(false, 0, retain, topic, 0, Properties.NONE, payload);
        DeviceWire to = wire;
        if (to != null && connected && !to.isBusy()) {
            to.give(packet);
        } else if (!connected && waiting.size() < MOST_WAITING && connect()) {
            waiting.add(packet);
        } else {
            gateway.count(SnCounter.DROPPED_CONNECTIONLESS);
        }
    }

    /** Whether it is about to be connected. */
    private boolean connect() {
        if (wire != null) {
            return true;
        }
        if (gateway.now() < notBefore) {
            return false;
        }
        notBefore = gateway.now() + AGAIN_AFTER;
        DeviceWire opened =
                gateway.newWire(
                        this,
                        Origin.tcp(gateway.settings().name(), here.getAddress(), here.getPort()),
                        "the gateway itself");
        wire = opened;
        opened.open(
                new Connect(
                        ProtocolVersion.V5, clientId, true, 0, null, null, null, Properties.NONE),
                null);
        return true;
    }

    void close() {
        if (wire != null) {
            wire.lose();
        }
    }

    @Override
    public void take(List<Packet> packets) {
        for (Packet packet : packets) {
            if (packet instanceof ConnAck connAck) {
                connected(connAck);
            }
        }
    }

    private void connected(ConnAck connAck) {
        DeviceWire to = wire;
        if (connAck.reasonCode() == ReasonCode.SUCCESS && to != null) {
            connected = true;
            waiting.forEach(to::give);
            waiting.clear();
        } else {
            LOG.warn(
                    "messages at QoS -1 are dropped: client identifier {} may not connect ({})",
                    clientId,
                    connAck.reasonCode());
        }
    }

    @Override
    public void drained() {}

    @Override
    public void ended() {
        waiting.forEach(_ -> gateway.count(SnCounter.DROPPED_CONNECTIONLESS));
        waiting.clear();
        wire = null;
        connected = false;
    }
}
