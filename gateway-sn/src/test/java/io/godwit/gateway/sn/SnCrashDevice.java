package io.godwit.gateway.sn;

import static io.godwit.gateway.sn.SnClient.bytes;

import io.godwit.broker.simulation.CrashWorld;
import io.godwit.broker.simulation.Ledger;
import io.godwit.broker.simulation.Promises;
import io.godwit.broker.simulation.Promises.Sent;
import io.godwit.codec.Binary;
import io.godwit.gateway.sn.codec.MalformedDatagram;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnCodecV12;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client of MQTT-SN with a session that is kept, on a {@link SnCrashNetwork}: it publishes, gets
 * what it has subscribed to, sleeps, and moves. What is not answered it sends again a few times,
 * and then it connects anew. What it is owed is in its {@link Ledger}.
 */
final class SnCrashDevice {

    /**
     * What it does.
     *
     * @param filters what it subscribes to
     * @param qos of its subscriptions, and the highest of its messages; 1 or 2
     * @param publishes whether it publishes
     * @param sleeps whether it sleeps
     */
    record Role(
            String clientId,
            int port,
            List<String> filters,
            int qos,
            boolean publishes,
            boolean sleeps) {}

    private static final int MOST_TRIES = 5;
    private static final int CONGESTION_MILLIS = 3_000;
    private static final int FORGETS_MILLIS = 60_000;
    private static final int PING_MILLIS = 5_000;
    private static final int SLEEP_SECONDS = 60;
    private static final int MOST_ASLEEP_MILLIS = 10_000;

    private enum State {
        GONE,
        ACTIVE,
        GOING_TO_SLEEP,
        ASLEEP,
        AWAKE
    }

    private final SnCrashNetwork network;
    private final CrashWorld world;
    private final Role role;
    private final Ledger ledger;
    private final Random random;
    private final Map<Integer, String> topics = new HashMap<>();
    private final Set<Integer> incomplete = new HashSet<>();
    private InetSocketAddress address;
    private State state = State.GONE;

    /** What is to be answered. */
    private @Nullable SnMessage request;

    private int tries;
    private long repeatAt;

    /** When it goes to sleep or wakes up, and when it asks whether the gateway is still there. */
    private long until;

    private long pingAt;
    private long forgetsAt;
    private int lastMessageId;

    private @Nullable Sent publishing;
    private int publishingId;
    private boolean isReceived;
    private int wanted;
    private int number;

    /** The last that came at QoS 2, of which a late copy may come. */
    private SnMessage.@Nullable Publish last;

    /** The same, if it was complete when the present connection was asked for. */
    private SnMessage.@Nullable Publish earlier;

    private String subscribing = "";
    private String registering = "";
    private int wakes;

    SnCrashDevice(SnCrashNetwork network, CrashWorld world, Role role, Ledger ledger) {
        this.network = network;
        this.world = world;
        this.role = role;
        this.ledger = ledger;
        this.random = network.random();
        this.address = new InetSocketAddress("127.0.0.1", role.port());
        network.listen(address, this::receive);
    }

    // --- what the run asks ----------------------------------------------------------------------

    /** Publishes another message, once those before are through. */
    void publish() {
        if (role.publishes() && wanted < 5) {
            wanted++;
        }
    }

    /** Has another port from now on, and does not know that it has. */
    void move() {
        world.note(role.clientId(), "moves");
        network.leave(address);
        address = new InetSocketAddress("127.0.0.1", address.getPort() + 1);
        network.listen(address, this::receive);
    }

    /**
     * Loses what it knows of topic identifiers, not so soon again: a message is sent once more
     * after its identifier was unknown, and not a second time.
     */
    void forget() {
        if (network.now() >= forgetsAt) {
            world.note(role.clientId(), "forgets");
            topics.clear();
            forgetsAt = network.now() + FORGETS_MILLIS;
        }
    }

    boolean isSubscribed() {
        return role.filters().stream().allMatch(ledger::isSubscribed);
    }

    /** Whether all that it wanted to publish is acknowledged. */
    boolean isDone() {
        return wanted == 0 && publishing == null && isSubscribed();
    }

    int wakes() {
        return wakes;
    }

    // --- requests -------------------------------------------------------------------------------

    /** Repeats what is not answered, or does what comes next. */
    void step() {
        SnMessage asked = request;
        if (asked == null) {
            next();
        } else if (network.now() < repeatAt) {
            return;
        } else if (tries++ < MOST_TRIES) {
            repeatAt = network.now() + network.retryMillis();
            send(asked instanceof SnMessage.Publish publish ? SnClient.again(publish) : asked);
        } else {
            request = null;
            state = State.GONE;
        }
    }

    private void ask(SnMessage message) {
        request = message;
        tries = 1;
        repeatAt = network.now() + network.retryMillis();
        send(message);
    }

    /** The request was refused for now: it comes again after a while, as a new one. */
    private void wait(int millis) {
        tries = 0;
        repeatAt = network.now() + millis;
    }

    private void send(SnMessage message) {
        world.note(role.clientId() + " ->", new Said(message));
        network.toGateway(address, SnCodecV12.INSTANCE.encode(null, message));
    }

    private int nextMessageId() {
        lastMessageId = lastMessageId % 65_535 + 1;
        return lastMessageId;
    }

    private void next() {
        switch (state) {
            case GONE -> {
                boolean isComplete = last != null && !incomplete.contains(last.messageId());
                earlier = isComplete ? last : null;
                ask(new SnMessage.Connect(false, false, 1, 0, role.clientId()));
            }
            case ACTIVE -> nextWhenActive();
            case ASLEEP -> {
                if (network.now() >= until) {
                    state = State.AWAKE;
                    ask(new SnMessage.PingRequest(role.clientId()));
                }
            }
            case GOING_TO_SLEEP, AWAKE -> {}
        }
    }

    private void nextWhenActive() {
        String missing =
                role.filters().stream()
                        .filter(filter -> !ledger.isSubscribed(filter))
                        .findFirst()
                        .orElse(null);
        if (missing != null) {
            subscribing = missing;
            SnTopic topic = new SnTopic.Name(bytes(missing));
            ask(new SnMessage.Subscribe(false, role.qos(), topic, nextMessageId()));
        } else if (publishing != null) {
            goOn(publishing);
        } else if (wanted > 0) {
            wanted--;
            begin();
        } else if (role.sleeps() && network.now() >= until) {
            state = State.GOING_TO_SLEEP;
            ask(new SnMessage.Disconnect(SLEEP_SECONDS));
        } else if (network.now() >= pingAt) {
            ask(new SnMessage.PingRequest(null));
        }
    }

    private void begin() {
        String topic = "t/" + random.nextInt(3);
        int qos = 1 + random.nextInt(role.qos());
        String text = "%s:%d:%s:%d".formatted(role.clientId(), number, topic, qos);
        Sent sent =
                new Sent(
                        text,
                        topic,
                        role.clientId(),
                        number++,
                        qos,
                        world.promises().tick(),
                        Promises.NEVER,
                        false);
        sent.sentAgain = true; // the network may do that
        world.promises().sent(sent);
        publishing = sent;
        publishingId = nextMessageId();
        isReceived = false;
        goOn(sent);
    }

    private void goOn(Sent sent) {
        sent.inTrouble |= world.hasTrouble();
        Integer topicId = idOf(sent.topic);
        if (isReceived) {
            ask(new SnMessage.PubRel(publishingId));
        } else if (topicId == null) {
            registering = sent.topic;
            ask(new SnMessage.Register(0, nextMessageId(), bytes(sent.topic)));
        } else {
            boolean again = lastMessageId != publishingId;
            SnTopic topic = new SnTopic.Normal(topicId);
            Binary data = bytes(sent.text);
            ask(new SnMessage.Publish(again, sent.qos, false, topic, publishingId, data));
        }
    }

    private @Nullable Integer idOf(String topic) {
        return topics.entrySet().stream()
                .filter(entry -> entry.getValue().equals(topic))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    // --- what comes -----------------------------------------------------------------------------

    private void receive(byte[] datagram) {
        if (state == State.ASLEEP) {
            return; // its radio is off
        }
        try {
            SnMessage message = SnCodecV12.INSTANCE.decode(ByteBuffer.wrap(datagram)).message();
            world.note(role.clientId() + " <-", new Said(message));
            receive(message);
        } catch (MalformedDatagram malformed) {
            throw new AssertionError(malformed);
        }
    }

    private void receive(SnMessage message) {
        switch (message) {
            case SnMessage.ConnAck connAck -> connected(connAck.code());
            case SnMessage.Disconnect _ -> disconnected();
            case SnMessage.PingRequest _ -> send(new SnMessage.PingResponse());
            case SnMessage.PingResponse _ -> pinged();
            case SnMessage.SubAck subAck -> subscribed(subAck);
            case SnMessage.RegAck regAck -> registered(regAck);
            case SnMessage.PubAck pubAck -> acknowledged(pubAck);
            case SnMessage.PubRec(int id, var _) -> received(id);
            case SnMessage.PubComp(int id, var _) -> completed(id);
            case SnMessage.Register(int id, int messageId, Binary topic) -> {
                topics.put(id, text(topic));
                send(new SnMessage.RegAck(id, messageId, ReturnCode.ACCEPTED));
            }
            case SnMessage.Publish publish -> published(publish);
            case SnMessage.PubRel(int id, var _) -> {
                incomplete.remove(id);
                send(new SnMessage.PubComp(id));
            }
            default -> throw new AssertionError(role.clientId() + " got " + message);
        }
    }

    private void connected(ReturnCode code) {
        if (state != State.GONE || !(request instanceof SnMessage.Connect)) {
            return; // of an earlier CONNECT
        }
        if (code != ReturnCode.ACCEPTED) {
            if (code != ReturnCode.CONGESTION) {
                throw new AssertionError(role.clientId() + " was refused: " + code);
            }
            wait(CONGESTION_MILLIS);
            return;
        }
        request = null;
        if (earlier != null && earlier.equals(last)) {
            last = null; // no copy of an earlier connection is under way any more
        }
        activeFor(random.nextInt(MOST_ASLEEP_MILLIS));
    }

    private void activeFor(int millis) {
        state = State.ACTIVE;
        until = network.now() + millis;
        pingAt = network.now() + PING_MILLIS;
    }

    private void disconnected() {
        request = null;
        if (state == State.GOING_TO_SLEEP) { // or it is not known, which it will find out
            state = State.ASLEEP;
            until = network.now() + random.nextInt(MOST_ASLEEP_MILLIS);
        } else {
            state = State.GONE;
        }
    }

    private void pinged() {
        if (state == State.AWAKE) {
            wakes++;
            request = null;
            boolean comesBack = wanted > 0 || publishing != null || random.nextInt(4) == 0;
            state = comesBack ? State.GONE : State.ASLEEP;
            until = network.now() + random.nextInt(MOST_ASLEEP_MILLIS);
        } else if (request instanceof SnMessage.PingRequest) {
            request = null;
            pingAt = network.now() + PING_MILLIS;
        }
    }

    private void subscribed(SnMessage.SubAck subAck) {
        if (!(request instanceof SnMessage.Subscribe subscribe)
                || subscribe.messageId() != subAck.messageId()) {
            return;
        }
        if (subAck.code() == ReturnCode.CONGESTION) {
            wait(CONGESTION_MILLIS);
            return;
        }
        if (subAck.code() != ReturnCode.ACCEPTED || subAck.qos() != role.qos()) {
            throw new AssertionError(role.clientId() + " got " + subAck);
        }
        request = null;
        if (subAck.topicId() != 0) {
            topics.put(subAck.topicId(), subscribing);
        }
        ledger.subscribed(subscribing, world.promises().tick());
    }

    private void registered(SnMessage.RegAck regAck) {
        if (request instanceof SnMessage.Register register
                && register.messageId() == regAck.messageId()) {
            if (regAck.code() != ReturnCode.ACCEPTED) {
                throw new AssertionError(role.clientId() + " got " + regAck);
            }
            request = null;
            topics.put(regAck.topicId(), registering);
        }
    }

    private void acknowledged(SnMessage.PubAck pubAck) {
        Sent sent = publishing;
        if (sent == null
                || !(request instanceof SnMessage.Publish publish)
                || publishingId != pubAck.messageId()) {
            return;
        }
        switch (pubAck.code()) {
            case ACCEPTED -> {
                if (sent.qos == 1) {
                    world.promises().acknowledged(sent, false, world.wall());
                    publishing = null;
                    request = null;
                }
            }
            case INVALID_TOPIC_ID -> {
                if (publish.topic() instanceof SnTopic.Normal(int id) && id == pubAck.topicId()) {
                    topics.remove(id);
                    request = null;
                }
            }
            case CONGESTION -> wait(CONGESTION_MILLIS);
            default -> throw new AssertionError(sent + " was refused");
        }
    }

    private void received(int id) {
        Sent sent = publishing;
        if (sent != null && id == publishingId && sent.qos == 2 && !isReceived) {
            isReceived = true;
            world.promises().acknowledged(sent, false, world.wall());
            if (state == State.ACTIVE) {
                ask(new SnMessage.PubRel(id));
            }
        }
    }

    private void completed(int id) {
        if (publishing != null && id == publishingId && isReceived) {
            publishing = null;
            if (request instanceof SnMessage.PubRel) {
                request = null;
            }
        }
    }

    private void published(SnMessage.Publish publish) {
        if (!(publish.topic() instanceof SnTopic.Normal(int topicId))) {
            throw new AssertionError(role.clientId() + " got " + publish);
        }
        String topic = topics.get(topicId);
        int messageId = publish.messageId();
        if (topic == null) {
            send(new SnMessage.PubAck(topicId, messageId, ReturnCode.INVALID_TOPIC_ID));
        } else if (publish.qos() == 0) {
            check(publish, topic); // may come twice
        } else if (publish.qos() == 1) {
            ledger.take(check(publish, topic), 1);
            send(new SnMessage.PubAck(topicId, messageId, ReturnCode.ACCEPTED));
        } else {
            if (!isAgain(publish) && incomplete.add(messageId)) {
                ledger.take(check(publish, topic), 2);
            }
            last = publish;
            send(new SnMessage.PubRec(messageId));
        }
    }

    /** Whether it is the last one once more, late. */
    private boolean isAgain(SnMessage.Publish publish) {
        return publish.dup()
                && last != null
                && last.messageId() == publish.messageId()
                && last.data().equals(publish.data());
    }

    private Sent check(SnMessage.Publish publish, String topic) {
        Sent sent = world.promises().find(text(publish.data()));
        if (!sent.topic.equals(topic)) {
            throw new AssertionError("%s got %s on %s".formatted(role.clientId(), sent, topic));
        }
        return sent;
    }

    private static String text(Binary utf8) {
        return new String(utf8.bytes(), StandardCharsets.UTF_8);
    }

    /** A message in the story, written out only when a failure shows it. */
    private record Said(SnMessage message) {

        @Override
        public String toString() {
            return switch (message) {
                case SnMessage.Publish publish -> message + " " + text(publish.data());
                case SnMessage.Register register -> message + " " + text(register.topic());
                default -> message.toString();
            };
        }
    }
}
