package io.godwit.app.sn;

import io.godwit.codec.Binary;
import io.godwit.gateway.sn.codec.MalformedDatagram;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnCodec;
import io.godwit.gateway.sn.codec.SnCodecV12;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A client of MQTT-SN 1.2 that does one thing after the other, and takes what comes meanwhile. For
 * one thread.
 */
final class SnConnection implements AutoCloseable {

    private static final int LAST_MESSAGE_ID = 65_535;

    /** How long the end may take to be noticed that somebody else asks for. */
    private static final int POLL_MILLIS = 200;

    /** What becomes of messages. */
    interface Receiver {

        /**
         * Takes a message.
         *
         * @param topic its name, or the number of one that is predefined
         * @return whether it is done with, so that it may be acknowledged
         */
        boolean take(String topic, byte[] payload);
    }

    /**
     * A client's will.
     *
     * @param qos 0 to 2
     */
    record Will(String topic, byte[] payload, int qos, boolean retain) {}

    /** The gateway has said no. */
    static final class Refused extends IOException {

        private static final long serialVersionUID = 1;

        private Refused(String what, ReturnCode code) {
            super("The gateway refuses %s: %s.".formatted(what, inWords(code)));
        }

        private static String inWords(ReturnCode code) {
            return switch (code) {
                case ACCEPTED -> "it says that it accepts";
                case CONGESTION -> "congestion, try again later";
                case INVALID_TOPIC_ID -> "it does not know the topic identifier";
                default -> "not allowed, or not supported";
            };
        }
    }

    private final SnLink link;
    private final long retryNanos;
    private final int retries;
    private final Consumer<String> protocol;
    private final Map<Integer, String> topics = new HashMap<>();
    private final Set<Integer> unreleased = new HashSet<>();
    private Receiver receiver = (_, _) -> true;
    private @Nullable Will will;
    private String clientId = "";
    private long keepAliveNanos;
    private long lastSent;
    private int lastMessageId;

    /**
     * A client that is not connected.
     *
     * @param link is closed with it
     * @param retry how long an answer may take until the same is sent again
     * @param retries how often it is, 0 or more
     * @param protocol is told each message that is sent or comes
     */
    SnConnection(SnLink link, Duration retry, int retries, Consumer<String> protocol) {
        this.link = link;
        this.retryNanos = retry.toNanos();
        this.retries = retries;
        this.protocol = protocol;
    }

    /** Who takes messages from now on. */
    void receiver(Receiver other) {
        receiver = other;
    }

    // --- what is asked --------------------------------------------------------------------------

    /**
     * Connects.
     *
     * @param keepAlive seconds, 0 to 65,535
     */
    void connect(String identifier, boolean clean, int keepAlive, @Nullable Will itsWill)
            throws IOException {
        clientId = identifier;
        keepAliveNanos = TimeUnit.SECONDS.toNanos(keepAlive);
        will = itsWill;
        SnMessage connect =
                new SnMessage.Connect(
                        itsWill != null, clean, SnCodecV12.PROTOCOL_ID, keepAlive, identifier);
        SnMessage.ConnAck connAck = ask(connect, connect, SnMessage.ConnAck.class, _ -> true);
        expect("the connection", connAck.code());
    }

    /** How a topic is named in PUBLISH; one that is longer than two octets is registered. */
    SnTopic topic(String name) throws IOException {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        if (SnTopic.Short.fits(utf8)) {
            return SnTopic.Short.of(utf8);
        }
        int messageId = nextMessageId();
        SnMessage register = new SnMessage.Register(0, messageId, new Binary(utf8));
        SnMessage.RegAck regAck =
                ask(register, register, SnMessage.RegAck.class, it -> it.messageId() == messageId);
        expect("the topic " + name, regAck.code());
        topics.put(regAck.topicId(), name);
        return new SnTopic.Normal(regAck.topicId());
    }

    /**
     * Publishes.
     *
     * @param qos -1 to 2; -1 without a connection, on a short or predefined topic
     */
    void publish(SnTopic topic, int qos, boolean retain, byte[] payload) throws IOException {
        if (qos <= 0) {
            send(publish(false, qos, retain, topic, 0, payload));
            return;
        }
        int messageId = nextMessageId();
        SnMessage answer =
                ask(
                        publish(false, qos, retain, topic, messageId, payload),
                        publish(true, qos, retain, topic, messageId, payload),
                        SnMessage.class,
                        it -> isAnswer(it, messageId));
        if (answer instanceof SnMessage.PubAck(int _, int _, ReturnCode code)) {
            expect("the message", code);
        } else {
            SnMessage pubRel = new SnMessage.PubRel(messageId);
            ask(pubRel, pubRel, SnMessage.PubComp.class, it -> it.messageId() == messageId);
        }
    }

    private static SnMessage publish(
            boolean dup, int qos, boolean retain, SnTopic topic, int messageId, byte[] payload) {
        return new SnMessage.Publish(dup, qos, retain, topic, messageId, new Binary(payload));
    }

    private static boolean isAnswer(SnMessage message, int messageId) {
        return switch (message) {
            case SnMessage.PubAck(int _, int id, ReturnCode _) -> id == messageId;
            case SnMessage.PubRec(int id, ReturnCode _) -> id == messageId;
            default -> false;
        };
    }

    /**
     * Subscribes.
     *
     * @param filter in full, short or predefined
     * @param qos 0 to 2
     */
    void subscribe(SnTopic filter, int qos) throws IOException {
        int messageId = nextMessageId();
        SnMessage.SubAck subAck =
                ask(
                        new SnMessage.Subscribe(false, qos, filter, messageId),
                        new SnMessage.Subscribe(true, qos, filter, messageId),
                        SnMessage.SubAck.class,
                        it -> it.messageId() == messageId);
        expect("the subscription to " + filter, subAck.code());
        if (filter instanceof SnTopic.Name(Binary name) && subAck.topicId() != 0) {
            topics.put(subAck.topicId(), new String(name.bytes(), StandardCharsets.UTF_8));
        }
    }

    /** Takes messages until it is over. */
    void receive(BooleanSupplier isOver) throws IOException {
        while (!isOver.getAsBoolean()) {
            SnMessage message = next(System.nanoTime() + millis(POLL_MILLIS));
            if (message != null) {
                take(message);
            } else if (keepAliveNanos > 0 && System.nanoTime() - lastSent > keepAliveNanos) {
                SnMessage ping = new SnMessage.PingRequest(null);
                ask(ping, ping, SnMessage.PingResponse.class, _ -> true);
            }
        }
    }

    /**
     * Falls asleep; {@link #sleep} is to follow.
     *
     * @param seconds 1 to 65,535
     */
    void fallAsleep(int seconds) throws IOException {
        SnMessage disconnect = new SnMessage.Disconnect(seconds);
        ask(disconnect, disconnect, SnMessage.Disconnect.class, it -> it.sleep() == 0);
    }

    /**
     * Sleeps, then wakes up, takes what has waited and is asleep again.
     *
     * @param isOver ends it before its time
     */
    void sleep(int seconds, BooleanSupplier isOver) throws IOException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!isOver.getAsBoolean() && System.nanoTime() < until) {
            SnMessage message = next(Math.min(until, System.nanoTime() + millis(POLL_MILLIS)));
            if (message != null) {
                take(message);
            }
        }
        for (int tries = 0; tries <= retries && !isOver.getAsBoolean(); tries++) {
            send(new SnMessage.PingRequest(clientId));
            SnMessage message = next(System.nanoTime() + retryNanos);
            while (message != null) {
                if (message instanceof SnMessage.PingResponse) {
                    return;
                }
                take(message);
                message = isOver.getAsBoolean() ? null : next(System.nanoTime() + retryNanos);
            }
        }
        if (!isOver.getAsBoolean()) {
            throw noAnswer();
        }
    }

    /** Says good-bye; that nobody answers is no error any more. */
    void disconnect() throws IOException {
        SnMessage disconnect = new SnMessage.Disconnect(0);
        send(disconnect);
        long until = System.nanoTime() + retryNanos;
        SnMessage message = next(until);
        while (message != null && !(message instanceof SnMessage.Disconnect)) {
            take(message);
            message = next(until);
        }
    }

    // --- datagrams ------------------------------------------------------------------------------

    private int nextMessageId() {
        lastMessageId = lastMessageId == LAST_MESSAGE_ID ? 1 : lastMessageId + 1;
        return lastMessageId;
    }

    private static long millis(long count) {
        return TimeUnit.MILLISECONDS.toNanos(count);
    }

    private static void expect(String what, ReturnCode code) throws Refused {
        if (code != ReturnCode.ACCEPTED) {
            throw new Refused(what, code);
        }
    }

    private <T extends SnMessage> T ask(
            SnMessage request, SnMessage again, Class<T> kind, Predicate<T> fits)
            throws IOException {
        for (int tries = 0; tries <= retries; tries++) {
            send(tries == 0 ? request : again);
            SnMessage message = next(System.nanoTime() + retryNanos);
            while (message != null) {
                if (kind.isInstance(message) && fits.test(kind.cast(message))) {
                    return kind.cast(message);
                }
                take(message);
                message = next(System.nanoTime() + retryNanos);
            }
        }
        throw noAnswer();
    }

    private IOException noAnswer() {
        return new IOException(
                "udp %s does not answer; it was asked %d times.%s"
                        .formatted(link, retries + 1, link.hint()));
    }

    private void send(SnMessage message) throws IOException {
        protocol.accept("sends " + message);
        byte[] datagram;
        try {
            datagram = SnCodecV12.INSTANCE.encode(null, message);
        } catch (IllegalArgumentException tooLarge) {
            throw new IOException("It can't be sent: " + tooLarge.getMessage(), tooLarge);
        }
        if (datagram.length > SnCodec.LARGEST_DATAGRAM) {
            throw new IOException(
                    "It is larger than a datagram can be: %d of %d bytes"
                            .formatted(datagram.length, SnCodec.LARGEST_DATAGRAM));
        }
        link.send(datagram);
        lastSent = System.nanoTime();
    }

    /** What comes before a time of the system's clock; null if nothing does. */
    private @Nullable SnMessage next(long until) throws IOException {
        while (true) {
            long left = until - System.nanoTime();
            if (left <= 0) {
                return null;
            }
            byte[] datagram = link.receive((int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
            if (datagram != null) {
                try {
                    SnMessage message =
                            SnCodecV12.INSTANCE.decode(ByteBuffer.wrap(datagram)).message();
                    protocol.accept("receives " + message);
                    return message;
                } catch (MalformedDatagram malformed) {
                    protocol.accept("receives what it does not understand: " + malformed);
                }
            }
        }
    }

    /** Takes what it has not asked for. */
    private void take(SnMessage message) throws IOException {
        Will said = will;
        switch (message) {
            case SnMessage.WillTopicRequest _ when said != null ->
                    send(
                            new SnMessage.WillTopic(
                                    said.qos(),
                                    said.retain(),
                                    new Binary(said.topic().getBytes(StandardCharsets.UTF_8))));
            case SnMessage.WillMessageRequest _ when said != null ->
                    send(new SnMessage.WillMessage(new Binary(said.payload())));
            case SnMessage.Register(int topicId, int messageId, Binary name) -> {
                topics.put(topicId, new String(name.bytes(), StandardCharsets.UTF_8));
                send(new SnMessage.RegAck(topicId, messageId, ReturnCode.ACCEPTED));
            }
            case SnMessage.Publish publish -> take(publish);
            case SnMessage.PubRel(int messageId, ReturnCode _) -> {
                unreleased.remove(messageId);
                send(new SnMessage.PubComp(messageId));
            }
            case SnMessage.PingRequest _ -> send(new SnMessage.PingResponse());
            case SnMessage.PubAck(int _, int _, ReturnCode code) -> expect("a message", code);
            case SnMessage.Disconnect _ ->
                    throw new IOException("The gateway has ended the connection.");
            default -> {} // late, or of another gateway
        }
    }

    private void take(SnMessage.Publish publish) throws IOException {
        int messageId = publish.messageId();
        String topic = name(publish.topic());
        if (topic == null) {
            int topicId = publish.topic() instanceof SnTopic.Normal(int id) ? id : 0;
            send(new SnMessage.PubAck(topicId, messageId, ReturnCode.INVALID_TOPIC_ID));
            return;
        }
        boolean isNew = publish.qos() < 2 || !unreleased.contains(messageId);
        if (isNew && !receiver.take(topic, publish.data().bytes())) {
            return; // it comes again another time
        }
        if (publish.qos() == 1) {
            send(new SnMessage.PubAck(octets(publish.topic()), messageId, ReturnCode.ACCEPTED));
        } else if (publish.qos() == 2) {
            unreleased.add(messageId);
            send(new SnMessage.PubRec(messageId));
        }
    }

    private @Nullable String name(SnTopic topic) {
        return switch (topic) {
            case SnTopic.Normal(int id) -> topics.get(id);
            case SnTopic.Predefined(int id) -> String.valueOf(id);
            case SnTopic.Short name -> new String(name.name(), StandardCharsets.UTF_8);
            case SnTopic.Name(Binary name) -> new String(name.bytes(), StandardCharsets.UTF_8);
        };
    }

    private static int octets(SnTopic topic) {
        return switch (topic) {
            case SnTopic.Normal(int id) -> id;
            case SnTopic.Predefined(int id) -> id;
            case SnTopic.Short(int octets) -> octets;
            case SnTopic.Name _ -> 0;
        };
    }

    @Override
    public void close() {
        link.close();
    }
}
