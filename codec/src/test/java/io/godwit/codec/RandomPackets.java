package io.godwit.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes valid packets of one version and one sender from a seed. */
final class RandomPackets {

    private static final String ALPHABET = "aZ09-_ .é€\uFEFF\uD83D\uDE00漢";

    private static final List<Property<?>> PROPERTIES = properties();

    private final Random random;
    private final ProtocolVersion version;
    private final boolean fromClient;

    RandomPackets(long seed, ProtocolVersion version, boolean fromClient) {
        this.random = new Random(seed);
        this.version = version;
        this.fromClient = fromClient;
    }

    private static List<Property<?>> properties() {
        List<Property<?>> properties = new ArrayList<>();
        for (int identifier = 0; identifier < 64; identifier++) {
            Property<?> property = Property.of(identifier);
            if (property != null) {
                properties.add(property);
            }
        }
        return properties;
    }

    /** Any packet that this side sends, but no CONNECT. */
    Packet next() {
        List<Supplier<Packet>> both =
                List.of(
                        this::publish,
                        this::publish,
                        () ->
                                new PubAck(
                                        packetId(),
                                        code(PacketType.PUBACK),
                                        properties(PacketType.PUBACK)),
                        () ->
                                new PubRec(
                                        packetId(),
                                        code(PacketType.PUBREC),
                                        properties(PacketType.PUBREC)),
                        () ->
                                new PubRel(
                                        packetId(),
                                        code(PacketType.PUBREL),
                                        properties(PacketType.PUBREL)),
                        () ->
                                new PubComp(
                                        packetId(),
                                        code(PacketType.PUBCOMP),
                                        properties(PacketType.PUBCOMP)));
        List<Supplier<Packet>> clients =
                List.of(
                        this::subscribe,
                        this::unsubscribe,
                        PingReq::new,
                        this::disconnect,
                        this::auth);
        List<Supplier<Packet>> servers =
                List.of(
                        this::connAck,
                        this::subAck,
                        this::unsubAck,
                        PingResp::new,
                        this::disconnect,
                        this::auth);
        List<Supplier<Packet>> all = new ArrayList<>(both);
        all.addAll(fromClient ? clients : servers);
        Packet packet = all.get(random.nextInt(all.size())).get();
        boolean exists =
                version.isV5()
                        || !(packet instanceof Auth)
                                && (fromClient || !(packet instanceof Disconnect));
        return exists ? packet : new PubAck(packetId());
    }

    Connect connect() {
        Will will = random.nextBoolean() ? will() : null;
        String userName = random.nextBoolean() ? text(20) : null;
        boolean passwordMay = userName != null || version.isV5();
        byte @Nullable [] password = passwordMay && random.nextBoolean() ? bytes(20) : null;
        return new Connect(
                version,
                text(30),
                random.nextBoolean(),
                random.nextInt(65_536),
                will,
                userName,
                password,
                properties(PacketType.CONNECT));
    }

    private Will will() {
        return new Will(
                topic(), bytes(300), random.nextInt(3), random.nextBoolean(), willProperties());
    }

    private ConnAck connAck() {
        ReasonCode code = code(PacketType.CONNACK);
        if (!version.isV5()) {
            ReasonCode read = ReasonCode.ofConnectReturnCode(random.nextInt(6));
            code = read == null ? ReasonCode.SUCCESS : read;
        }
        boolean mayBePresent = code == ReasonCode.SUCCESS && version != ProtocolVersion.V3_1;
        return new ConnAck(
                mayBePresent && random.nextBoolean(), code, properties(PacketType.CONNACK));
    }

    private Publish publish() {
        int qos = random.nextInt(3);
        Properties properties = properties(PacketType.PUBLISH);
        boolean aliased = properties.has(Property.TOPIC_ALIAS) && random.nextBoolean();
        return new Publish(
                qos > 0 && random.nextBoolean(),
                qos,
                random.nextBoolean(),
                aliased ? TopicName.EMPTY : topic(),
                qos == 0 ? 0 : packetId(),
                properties,
                bytes(20_000));
    }

    private Subscribe subscribe() {
        List<SubscriptionRequest> requests = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            TopicFilter filter = filter();
            boolean v5 = version.isV5();
            requests.add(
                    new SubscriptionRequest(
                            filter,
                            random.nextInt(3),
                            v5 && !filter.isShared() && random.nextBoolean(),
                            v5 && random.nextBoolean(),
                            RetainHandling.values()[v5 ? random.nextInt(3) : 0]));
        }
        return new Subscribe(packetId(), requests, properties(PacketType.SUBSCRIBE));
    }

    private Unsubscribe unsubscribe() {
        List<TopicFilter> filters = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            filters.add(filter());
        }
        return new Unsubscribe(packetId(), filters, properties(PacketType.UNSUBSCRIBE));
    }

    private SubAck subAck() {
        List<ReasonCode> v3 =
                List.of(
                        ReasonCode.SUCCESS,
                        ReasonCode.GRANTED_QOS_1,
                        ReasonCode.GRANTED_QOS_2,
                        ReasonCode.UNSPECIFIED_ERROR);
        List<ReasonCode> codes = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            codes.add(version.isV5() ? code(PacketType.SUBACK) : v3.get(random.nextInt(4)));
        }
        return new SubAck(packetId(), codes, properties(PacketType.SUBACK));
    }

    private UnsubAck unsubAck() {
        List<ReasonCode> codes = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0 && version.isV5(); i--) {
            codes.add(code(PacketType.UNSUBACK));
        }
        return new UnsubAck(packetId(), codes, properties(PacketType.UNSUBACK));
    }

    private Disconnect disconnect() {
        Properties properties = properties(PacketType.DISCONNECT);
        if (!fromClient) {
            properties = properties.only(key -> key != Property.SESSION_EXPIRY_INTERVAL);
        }
        return new Disconnect(code(PacketType.DISCONNECT), properties);
    }

    private Auth auth() {
        Properties properties =
                properties(PacketType.AUTH)
                        .only(key -> key != Property.AUTHENTICATION_METHOD)
                        .with(Property.AUTHENTICATION_METHOD, text(10));
        ReasonCode own = fromClient ? ReasonCode.RE_AUTHENTICATE : ReasonCode.SUCCESS;
        return new Auth(
                random.nextBoolean() ? own : ReasonCode.CONTINUE_AUTHENTICATION, properties);
    }

    private int packetId() {
        return 1 + random.nextInt(65_535);
    }

    /** A reason code of the packet; before version 5 it can only be success. */
    private ReasonCode code(PacketType type) {
        List<ReasonCode> codes =
                Arrays.stream(ReasonCode.values()).filter(code -> code.isAllowedIn(type)).toList();
        return version.isV5() ? codes.get(random.nextInt(codes.size())) : ReasonCode.SUCCESS;
    }

    private Properties properties(PacketType type) {
        List<Property<?>> allowed =
                PROPERTIES.stream()
                        .filter(property -> property.isAllowedIn(type))
                        .filter(property ->
                                property != Property.SUBSCRIPTION_IDENTIFIER
                                        || type != PacketType.PUBLISH
                                        || !fromClient)
                        .toList();
        Properties drawn = draw(allowed, property -> property.mayRepeatIn(type));
        boolean dataAlone =
                drawn.has(Property.AUTHENTICATION_DATA)
                        && !drawn.has(Property.AUTHENTICATION_METHOD);
        return dataAlone ? drawn.with(Property.AUTHENTICATION_METHOD, text(5)) : drawn;
    }

    private Properties willProperties() {
        List<Property<?>> allowed = PROPERTIES.stream().filter(Property::isAllowedInWill).toList();
        return draw(allowed, property -> property == Property.USER_PROPERTY);
    }

    private Properties draw(List<Property<?>> allowed, Predicate<Property<?>> mayRepeat) {
        Properties.Builder drawn = Properties.builder();
        int count = version.isV5() ? random.nextInt(6) : 0;
        for (int i = 0; i < count; i++) {
            Property<?> property = allowed.get(random.nextInt(allowed.size()));
            if (!drawn.has(property) || mayRepeat.test(property)) {
                drawn.addUnchecked(property, value(property));
            }
        }
        return drawn.build();
    }

    private Object value(Property<?> property) {
        int minimum = (int) property.minimum();
        return switch (property.encoding()) {
            case BOOLEAN -> random.nextBoolean();
            case TWO_BYTES -> minimum + random.nextInt(65_536 - minimum);
            case FOUR_BYTES -> minimum + random.nextLong(0x1_0000_0000L - minimum);
            case VARIABLE -> minimum + random.nextInt((1 << 7 * (1 + random.nextInt(4))) - minimum);
            case STRING -> property == Property.RESPONSE_TOPIC ? topic().toString() : text(40);
            case BINARY -> new Binary(bytes(200));
            case STRING_PAIR -> new UserProperty(text(10), text(10));
        };
    }

    private TopicName topic() {
        return WireCases.topic(text(200) + '/' + text(5));
    }

    private TopicFilter filter() {
        String filter =
                switch (random.nextInt(4)) {
                    case 0 -> "#";
                    case 1 -> "+/" + text(8) + "/#";
                    case 2 -> text(8) + "/+";
                    default -> "/" + text(300);
                };
        return WireCases.filter(
                switch (random.nextInt(4)) {
                    case 0 -> "$share/s" + text(4) + '/' + filter;
                    case 1 -> "$queue/" + filter;
                    default -> filter;
                });
    }

    private String text(int most) {
        int[] alphabet = ALPHABET.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
        }
        return text.toString();
    }

    private byte[] bytes(int most) {
        byte[] bytes = new byte[random.nextInt(random.nextInt(8) == 0 ? most + 1 : 20)];
        random.nextBytes(bytes);
        return bytes;
    }
}
