package io.godwit.app.messages;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.godwit.codec.Binary;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.UserProperty;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;

/** A message in JSON, as {@code %j} and {@code %J} of Mosquitto's commands write it. */
final class JsonLine {

    private static final JsonFactory FACTORY = JsonFactory.builder().build();

    /** The payload is no JSON. */
    static final class NoJson extends Exception {
        private static final long serialVersionUID = 1;

        private NoJson(String message) {
            super(message, null, false, false);
        }
    }

    private JsonLine() {}

    /** Properties that a message may have beside User Properties. */
    private static final List<Property<?>> PROPERTIES =
            List.of(
                    Property.PAYLOAD_FORMAT_INDICATOR,
                    Property.MESSAGE_EXPIRY_INTERVAL,
                    Property.CONTENT_TYPE,
                    Property.RESPONSE_TOPIC,
                    Property.CORRELATION_DATA,
                    Property.SUBSCRIPTION_IDENTIFIER,
                    Property.TOPIC_ALIAS);

    /** A message with its payload as text; as an array of its bytes where it is no UTF-8. */
    static byte[] of(Publish message, ZonedDateTime time, boolean isPretty) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (JsonGenerator json = generator(line, isPretty)) {
            json.writeStartObject();
            envelope(json, message, time);
            json.writeFieldName("payload");
            text(json, message.payload());
            json.writeEndObject();
        }
        return line.toByteArray();
    }

    /** A message whose payload is JSON itself. */
    static byte[] ofJson(Publish message, ZonedDateTime time, boolean isPretty)
            throws IOException, NoJson {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (JsonGenerator json = generator(line, isPretty)) {
            json.writeStartObject();
            envelope(json, message, time);
            json.writeFieldName("payload");
            parsed(json, message.payload());
            json.writeEndObject();
        }
        return line.toByteArray();
    }

    /** A message that was published, with what the server has said. */
    static String ofOutcome(Publish message, ZonedDateTime time, ReasonCode reasonCode)
            throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (JsonGenerator json = generator(line, false)) {
            json.writeStartObject();
            envelope(json, message, time);
            json.writeFieldName("payload");
            text(json, message.payload());
            json.writeNumberField("reason-code", reasonCode.value());
            json.writeStringField(
                    "reason", reasonCode.name().toLowerCase(Locale.ROOT).replace('_', ' '));
            json.writeEndObject();
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private static JsonGenerator generator(ByteArrayOutputStream line, boolean isPretty)
            throws IOException {
        JsonGenerator json = FACTORY.createGenerator(line);
        if (isPretty) {
            json.setPrettyPrinter(new DefaultPrettyPrinter());
        }
        return json;
    }

    private static void envelope(JsonGenerator json, Publish message, ZonedDateTime time)
            throws IOException {
        json.writeStringField("tst", CalendarText.precise(time));
        json.writeStringField("topic", message.topic().toString());
        json.writeNumberField("qos", message.qos());
        json.writeNumberField("retain", message.retain() ? 1 : 0);
        json.writeNumberField("payloadlen", message.payload().length);
        if (message.packetId() > 0) {
            json.writeNumberField("mid", message.packetId());
        }
        if (!message.properties().isEmpty()) {
            json.writeObjectFieldStart("properties");
            properties(json, message.properties());
            json.writeEndObject();
        }
    }

    private static void properties(JsonGenerator json, Properties properties) throws IOException {
        for (Property<?> property : PROPERTIES) {
            Object value = properties.get(property);
            String name = property.toString().toLowerCase(Locale.ROOT).replace(' ', '-');
            switch (value) {
                case null -> {}
                case Boolean flag -> json.writeNumberField(name, flag ? 1 : 0);
                case Integer number -> json.writeNumberField(name, number);
                case Long number -> json.writeNumberField(name, number);
                case Binary data ->
                        json.writeStringField(
                                name, new String(data.bytes(), StandardCharsets.UTF_8));
                default -> json.writeStringField(name, value.toString());
            }
        }
        List<UserProperty> pairs = properties.all(Property.USER_PROPERTY);
        if (!pairs.isEmpty()) {
            json.writeObjectFieldStart("user-properties");
            for (UserProperty pair : pairs) {
                json.writeStringField(pair.name(), pair.value());
            }
            json.writeEndObject();
        }
    }

    private static void text(JsonGenerator json, byte[] payload) throws IOException {
        if (payload.length == 0) {
            json.writeNull();
            return;
        }
        try {
            json.writeString(
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(payload))
                            .toString());
        } catch (CharacterCodingException noText) {
            json.writeStartArray();
            for (byte each : payload) {
                json.writeNumber(each & 0xFF);
            }
            json.writeEndArray();
        }
    }

    private static void parsed(JsonGenerator json, byte[] payload) throws IOException, NoJson {
        if (payload.length == 0) {
            json.writeNull();
            return;
        }
        try (JsonParser parser = FACTORY.createParser(payload)) {
            if (parser.nextToken() == null) {
                throw new NoJson("it is blank");
            }
            json.copyCurrentStructureExact(parser);
            if (parser.nextToken() != null) {
                throw new NoJson("something is behind it");
            }
        } catch (JsonProcessingException wrong) {
            throw new NoJson(wrong.getOriginalMessage());
        }
    }
}
