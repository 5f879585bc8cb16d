package io.godwit.gateway.sn;

import static io.godwit.gateway.sn.SnClient.bytes;

import io.godwit.gateway.sn.codec.MalformedDatagram;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnCodec;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import io.godwit.gateway.sn.codec.SnVersion;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client as MQTT-SN wants it to be, on a bad network: it has one request under way, which it
 * repeats until it is answered, and connects again when it is told that it is not connected.
 */
abstract sealed class LossyDevice permits LossyDevice.Publisher, LossyDevice.Subscriber {

    private static final int RETRY_MILLIS = 3_000;

    static final String TOPIC = "a/topic";

    final SimulatedNetwork network;
    final String clientId;
    private InetSocketAddress address;

    /** What is to be answered. */
    @Nullable SnMessage request;

    private long repeatAt;
    private int lastMessageId;

    private LossyDevice(SimulatedNetwork network, String clientId, int port) {
        this.network = network;
        this.clientId = clientId;
        this.address = new InetSocketAddress("127.0.0.1", port);
        network.listen(address, this::receive);
    }

    /** Has another port from now on. */
    final void move() {
        network.leave(address);
        address = new InetSocketAddress("127.0.0.1", address.getPort() + 1);
        network.listen(address, this::receive);
    }

    final int nextMessageId() {
        lastMessageId = lastMessageId % 65_535 + 1;
        return lastMessageId;
    }

    final void send(SnMessage message) {
        network.toGateway(address, network.version().codec().encode(null, message));
    }

    /** Says who it is, since it may have moved. */
    private void sendAs(SnMessage message) {
        network.toGateway(
                address,
                network.version().codec().encode(new SnCodec.Frame(null, clientId, message)));
    }

    final void ask(SnMessage message) {
        request = message;
        repeatAt = network.now() + RETRY_MILLIS;
        if (isDraft() && message instanceof SnMessage.PingRequest) {
            sendAs(message);
        } else {
            send(message);
        }
    }

    final boolean isDraft() {
        return network.version() == SnVersion.V2_0;
    }

    final void connect() {
        ask(
                isDraft()
                        ? SnConnectV20.of(clientId)
                                .id(nextMessageId())
                                .keepAlive(65_535)
                                .resume()
                                .expiry(0xFFFF_FFFFL)
                                .moves()
                                .message()
                        : new SnMessage.Connect(false, false, 1, 0, clientId));
    }

    /** Repeats what is not answered, or does what comes next. */
    final void step() {
        SnMessage asked = request;
        if (asked == null) {
            next();
        } else if (network.now() >= repeatAt) {
            boolean dup = !isDraft() && asked instanceof SnMessage.Publish;
            ask(dup ? SnClient.again((SnMessage.Publish) asked) : asked);
        }
    }

    private void receive(byte[] datagram) {
        try {
            receive(network.version().codec().decode(ByteBuffer.wrap(datagram)).message());
        } catch (MalformedDatagram malformed) {
            throw new AssertionError(malformed);
        }
    }

    abstract void next();

    abstract void receive(SnMessage message);

    /** Publishes numbers at QoS 1 and 2 in turn. */
    static final class Publisher extends LossyDevice {

        private final ArrayDeque<String> left = new ArrayDeque<>();
        private final List<String> acknowledged = new ArrayList<>();
        private boolean connected;
        private int topicId;
        private SnMessage.@Nullable Publish publishing;
        private boolean received;

        Publisher(SimulatedNetwork network, int messages) {
            super(network, "publisher", 10_000);
            for (int i = 0; i < messages; i++) {
                left.add((i % 2 == 0 ? "one " : "two ") + i);
            }
        }

        boolean isDone() {
            return left.isEmpty() && publishing == null;
        }

        /** Those that the gateway has acknowledged to the end. */
        List<String> acknowledged() {
            return acknowledged;
        }

        @Override
        void next() {
            if (!connected) {
                connect();
            } else if (topicId == 0) {
                ask(new SnMessage.Register(0, nextMessageId(), bytes(TOPIC)));
            } else if (publishing != null) {
                SnMessage.Publish again = publishing;
                ask(received ? new SnMessage.PubRel(again.messageId()) : publish(again));
            } else if (!left.isEmpty()) {
                String text = left.remove();
                publishing =
                        SnClient.publish(
                                text.startsWith("one") ? 1 : 2, topicId, nextMessageId(), text);
                received = false;
                ask(publishing);
            }
        }

        /** With the identifier that the topic has by now. */
        private SnMessage.Publish publish(SnMessage.Publish old) {
            SnMessage.Publish now =
                    SnClient.again(
                            new SnMessage.Publish(
                                    true,
                                    old.qos(),
                                    false,
                                    new SnTopic.Normal(topicId),
                                    old.messageId(),
                                    old.data()));
            publishing = now;
            return now;
        }

        @Override
        void receive(SnMessage message) {
            SnMessage.Publish waiting = publishing;
            switch (message) {
                case SnMessage.ConnAck connAck -> {
                    if (!connected && connAck.code() == ReturnCode.ACCEPTED) {
                        connected = true;
                        request = null;
                    }
                }
                case SnMessage.RegAck regAck -> {
                    if (request instanceof SnMessage.Register register
                            && register.messageId() == regAck.messageId()) {
                        topicId = regAck.topicId();
                        request = null;
                    }
                }
                case SnMessage.PubAck pubAck -> {
                    if (waiting != null && waiting.messageId() == pubAck.messageId()) {
                        request = null;
                        if (pubAck.code() == ReturnCode.INVALID_TOPIC_ID) {
                            topicId = 0;
                        } else if (pubAck.code() == ReturnCode.ACCEPTED && waiting.qos() == 1) {
                            done(waiting);
                        }
                    }
                }
                case SnMessage.PubRec(int id, ReturnCode code) -> {
                    boolean isAwaited = waiting != null && waiting.messageId() == id && !received;
                    if (isAwaited && code.isError()) {
                        request = null;
                        topicId = code == ReturnCode.INVALID_TOPIC_ID ? 0 : topicId;
                    } else if (isAwaited) {
                        received = true;
                        ask(new SnMessage.PubRel(id));
                    }
                }
                case SnMessage.PubComp(int id, var _) -> {
                    if (waiting != null && waiting.messageId() == id && received) {
                        request = null;
                        done(waiting);
                    }
                }
                case SnMessage.Disconnect _ -> {
                    connected = false;
                    request = null;
                }
                case SnMessage.PingRequest ping ->
                        send(new SnMessage.PingResponse(ping.messageId(), null));
                default -> {}
            }
        }

        private void done(SnMessage.Publish publish) {
            acknowledged.add(new String(publish.data().bytes(), StandardCharsets.UTF_8));
            publishing = null;
        }
    }

    /** Subscribes, sleeps, and wakes up at other addresses. */
    static final class Subscriber extends LossyDevice {

        private static final int SLEEP_SECONDS = 60;
        private static final int ASLEEP_MILLIS = 15_000;

        private enum State {
            GONE,
            SUBSCRIBING,
            ACTIVE,
            GOING_TO_SLEEP,
            ASLEEP,
            AWAKE
        }

        private final List<String> got = new ArrayList<>();
        private final Set<Integer> incomplete = new HashSet<>();
        private State state = State.GONE;
        private long until;
        private int wakes;

        Subscriber(SimulatedNetwork network) {
            super(network, "subscriber", 20_000);
        }

        boolean isSubscribed() {
            return state != State.GONE && state != State.SUBSCRIBING;
        }

        int wakes() {
            return wakes;
        }

        /** What it has received, at QoS 2 each once. */
        List<String> got() {
            return got;
        }

        @Override
        void next() {
            switch (state) {
                case GONE -> connect();
                case SUBSCRIBING -> {
                    SnTopic topic = new SnTopic.Name(bytes(TOPIC));
                    ask(new SnMessage.Subscribe(false, 2, topic, nextMessageId()));
                }
                case ACTIVE -> {
                    if (network.now() >= until) {
                        state = State.GOING_TO_SLEEP;
                        ask(
                                isDraft()
                                        ? new SnMessage.SleepRequest(
                                                true, nextMessageId(), SLEEP_SECONDS)
                                        : new SnMessage.Disconnect(SLEEP_SECONDS));
                    }
                }
                case ASLEEP -> {
                    if (network.now() >= until) {
                        state = State.AWAKE;
                        if (network.random().nextBoolean()) {
                            move();
                        }
                        ask(
                                isDraft()
                                        ? new SnMessage.PingRequest(nextMessageId(), null)
                                        : new SnMessage.PingRequest(clientId));
                    }
                }
                case GOING_TO_SLEEP, AWAKE -> {}
            }
        }

        @Override
        void receive(SnMessage message) {
            if (state == State.ASLEEP) {
                return; // its radio is off
            }
            switch (message) {
                case SnMessage.ConnAck connAck -> {
                    if (state == State.GONE && connAck.code() == ReturnCode.ACCEPTED) {
                        state = State.SUBSCRIBING;
                        request = null;
                    }
                }
                case SnMessage.SubAck _ -> {
                    if (state == State.SUBSCRIBING) {
                        activeFor(20_000);
                    }
                }
                case SnMessage.SleepResponse _ -> {
                    if (state == State.GOING_TO_SLEEP) {
                        request = null;
                        state = State.ASLEEP;
                        until = network.now() + ASLEEP_MILLIS;
                    }
                }
                case SnMessage.Disconnect _ -> {
                    request = null;
                    if (state == State.GOING_TO_SLEEP && !isDraft()) {
                        state = State.ASLEEP;
                        until = network.now() + ASLEEP_MILLIS;
                    } else {
                        state = State.GONE;
                    }
                }
                case SnMessage.PingResponse response -> {
                    if (state == State.AWAKE
                            && request instanceof SnMessage.PingRequest asked
                            && asked.messageId() == response.messageId()) {
                        wakes++;
                        request = null;
                        state = network.random().nextInt(4) == 0 ? State.GONE : State.ASLEEP;
                        until = network.now() + ASLEEP_MILLIS;
                    }
                }
                case SnMessage.PingRequest ping ->
                        send(new SnMessage.PingResponse(ping.messageId(), null));
                case SnMessage.Register(int id, int messageId, var _) ->
                        send(new SnMessage.RegAck(id, messageId, ReturnCode.ACCEPTED));
                case SnMessage.Publish publish -> publish(publish);
                case SnMessage.PubRel(int id, var _) -> {
                    incomplete.remove(id);
                    send(new SnMessage.PubComp(id));
                }
                default -> {}
            }
        }

        private void activeFor(int millis) {
            state = State.ACTIVE;
            request = null;
            until = network.now() + millis;
        }

        private void publish(SnMessage.Publish publish) {
            String text = new String(publish.data().bytes(), StandardCharsets.UTF_8);
            if (publish.qos() == 1) {
                got.add(text);
                int id = ((SnTopic.Normal) publish.topic()).id();
                send(new SnMessage.PubAck(id, publish.messageId(), ReturnCode.ACCEPTED));
            } else {
                if (incomplete.add(publish.messageId())) {
                    got.add(text);
                }
                send(new SnMessage.PubRec(publish.messageId()));
            }
        }
    }
}
