package io.godwit.app.messages;

import io.godwit.codec.Binary;
import io.godwit.codec.PacketType;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.UserProperty;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code -D} says: properties of the packets that a command sends, and of its will. */
final class PropertyOptions {

    /** What may have properties. */
    enum Carrier {
        CONNECT(PacketType.CONNECT),
        PUBLISH(PacketType.PUBLISH),
        SUBSCRIBE(PacketType.SUBSCRIBE),
        UNSUBSCRIBE(PacketType.UNSUBSCRIBE),
        DISCONNECT(PacketType.DISCONNECT),
        WILL(null);

        private final @Nullable PacketType packet;

        Carrier(@Nullable PacketType packet) {
            this.packet = packet;
        }

        private boolean allows(Property<?> property) {
            return packet == null ? property.isAllowedInWill() : property.isAllowedIn(packet);
        }

        private boolean mayRepeat(Property<?> property) {
            return packet == null
                    ? property == Property.USER_PROPERTY
                    : property.mayRepeatIn(packet);
        }
    }

    /** How the value of a property is written. */
    @FunctionalInterface
    private interface Reader<T> {
        T read(String name, Words words) throws WrongUsage;
    }

    private record Known<T>(Property<T> property, Reader<T> reader) {

        /** As {@code -D} names it: {@code message-expiry-interval}. */
        String name() {
            return property.toString().toLowerCase(Locale.ROOT).replace(' ', '-');
        }

        void addTo(Properties.Builder properties, Words words) throws WrongUsage {
            properties.add(property, reader.read(name(), words));
        }
    }

    private static final Reader<Integer> SHORT = (name, words) -> (int) number(name, words, 65_535);
    private static final Reader<Integer> VARIABLE =
            (name, words) -> (int) number(name, words, 268_435_455);
    private static final Reader<Long> LONG = (name, words) -> number(name, words, 4_294_967_295L);
    private static final Reader<Boolean> BYTE = (name, words) -> number(name, words, 1) == 1;
    private static final Reader<String> TEXT = (_, words) -> words.last("VALUE");
    private static final Reader<Binary> BINARY =
            (_, words) -> new Binary(words.last("VALUE").getBytes(StandardCharsets.UTF_8));
    private static final Reader<UserProperty> PAIR =
            (_, words) -> new UserProperty(words.value("NAME VALUE"), words.last("VALUE"));

    private static final List<Known<?>> KNOWN =
            List.of(
                    new Known<>(Property.PAYLOAD_FORMAT_INDICATOR, BYTE),
                    new Known<>(Property.MESSAGE_EXPIRY_INTERVAL, LONG),
                    new Known<>(Property.CONTENT_TYPE, TEXT),
                    new Known<>(Property.RESPONSE_TOPIC, TEXT),
                    new Known<>(Property.CORRELATION_DATA, BINARY),
                    new Known<>(Property.SUBSCRIPTION_IDENTIFIER, VARIABLE),
                    new Known<>(Property.SESSION_EXPIRY_INTERVAL, LONG),
                    new Known<>(Property.AUTHENTICATION_METHOD, TEXT),
                    new Known<>(Property.AUTHENTICATION_DATA, BINARY),
                    new Known<>(Property.REQUEST_PROBLEM_INFORMATION, BYTE),
                    new Known<>(Property.WILL_DELAY_INTERVAL, LONG),
                    new Known<>(Property.REQUEST_RESPONSE_INFORMATION, BYTE),
                    new Known<>(Property.REASON_STRING, TEXT),
                    new Known<>(Property.RECEIVE_MAXIMUM, SHORT),
                    new Known<>(Property.TOPIC_ALIAS_MAXIMUM, SHORT),
                    new Known<>(Property.TOPIC_ALIAS, SHORT),
                    new Known<>(Property.MAXIMUM_PACKET_SIZE, LONG),
                    new Known<>(Property.USER_PROPERTY, PAIR));

    private final Map<Carrier, Properties.Builder> said = new EnumMap<>(Carrier.class);

    /** Adds {@code -D}. */
    void addTo(Flags flags, Runnable met) {
        flags.add(
                List.of("COMMAND", "PROPERTY", "[NAME]", "VALUE"),
                words -> {
                    read(words);
                    met.run();
                },
                "A property of version 5, as in 'publish content-type text/plain' or 'connect"
                        + " user-property NAME VALUE'; COMMAND is connect, publish, subscribe,"
                        + " unsubscribe, disconnect or will.",
                "-D",
                "--property");
    }

    private void read(Words words) throws WrongUsage {
        String command = words.value("COMMAND PROPERTY VALUE");
        Carrier carrier = null;
        for (Carrier each : Carrier.values()) {
            if (each.name().equalsIgnoreCase(command)) {
                carrier = each;
            }
        }
        if (carrier == null) {
            throw new WrongUsage(
                    "%s takes connect, publish, subscribe, unsubscribe, disconnect or will, not %s"
                            .formatted(words.flag(), command));
        }
        String name = words.value("PROPERTY VALUE").toLowerCase(Locale.ROOT);
        for (Known<?> known : KNOWN) {
            if (known.name().equals(name)) {
                add(carrier, known, words);
                return;
            }
        }
        throw new WrongUsage(
                "There is no property %s; %s takes %s"
                        .formatted(
                                name,
                                words.flag(),
                                String.join(", ", KNOWN.stream().map(Known::name).toList())));
    }

    private void add(Carrier carrier, Known<?> known, Words words) throws WrongUsage {
        String packet = carrier.name().toLowerCase(Locale.ROOT);
        boolean isSetByOthers =
                carrier == Carrier.PUBLISH && known.property == Property.SUBSCRIPTION_IDENTIFIER;
        if (!carrier.allows(known.property) || isSetByOthers) {
            throw new WrongUsage("%s is no property of %s".formatted(known.name(), packet));
        }
        Properties.Builder properties = said.computeIfAbsent(carrier, _ -> Properties.builder());
        if (properties.has(known.property) && !carrier.mayRepeat(known.property)) {
            throw new WrongUsage("%s has two of %s".formatted(packet, known.name()));
        }
        known.addTo(properties, words);
    }

    private static long number(String name, Words words, long most) throws WrongUsage {
        String word = words.last("VALUE");
        try {
            long value = Long.decode(word);
            if (value >= 0 && value <= most) {
                return value;
            }
        } catch (NumberFormatException notOne) {
            // said below
        }
        throw new WrongUsage("%s takes a number from 0 to %d, not %s".formatted(name, most, word));
    }

    /** What was said for a packet, or the will. */
    Properties of(Carrier carrier) {
        Properties.Builder properties = said.get(carrier);
        return properties == null ? Properties.NONE : properties.build();
    }
}
