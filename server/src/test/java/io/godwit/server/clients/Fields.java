package io.godwit.server.clients;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A line of the conversation with a client's process: a word, the number of a connection, and
 * fields {@code key=value}. Payloads and correlation data are in hexadecimal; a user property is
 * {@code user=name:value}, once for each; the will's fields are a message's with {@code will-}
 * before them.
 */
record Fields(String word, int connection, List<String> values) {

    static Fields of(String word, int connection, String... values) {
        return new Fields(word, connection, List.of(values));
    }

    static Fields parse(String line) {
        List<String> parts = Arrays.asList(line.split("\t", -1));
        int connection = parts.size() > 1 ? Integer.parseInt(parts.get(1)) : 0;
        return new Fields(
                parts.getFirst(),
                connection,
                parts.subList(Math.min(2, parts.size()), parts.size()));
    }

    String line() {
        var line = new StringBuilder(word).append('\t').append(connection);
        values.forEach(value -> line.append('\t').append(value));
        return line.toString();
    }

    static Fields connect(int connection, ConnectOptions options) {
        var values = new ArrayList<String>();
        values.add("host=" + options.host());
        values.add("port=" + options.port());
        values.add("version=" + options.version().level());
        values.add("id=" + options.clientId());
        values.add("clean=" + (options.cleanStart() ? 1 : 0));
        add(values, "expiry", options.sessionExpirySeconds());
        add(values, "receive-maximum", options.receiveMaximum());
        add(values, "maximum-packet-size", options.maximumPacketSize());
        add(values, "topic-alias-maximum", options.topicAliasMaximum());
        if (options.will() != null) {
            addMessage(values, "will-", options.will());
        }
        return new Fields("connect", connection, values);
    }

    static Fields subscribe(int connection, Subscription subscription) {
        var values = new ArrayList<String>();
        values.add("filter=" + subscription.filter());
        values.add("qos=" + subscription.qos());
        if (subscription.hasV5Options()) {
            values.add("no-local=" + (subscription.noLocal() ? 1 : 0));
            values.add("retain-as-published=" + (subscription.retainAsPublished() ? 1 : 0));
            values.add("retain-handling=" + subscription.retainHandling());
        }
        add(values, "subscription-id", subscription.subscriptionId());
        return new Fields("subscribe", connection, values);
    }

    static Fields publish(int connection, Message message) {
        var values = new ArrayList<String>();
        addMessage(values, "", message);
        return new Fields("publish", connection, values);
    }

    private static void addMessage(List<String> values, String prefix, Message message) {
        values.add(prefix + "topic=" + message.topic());
        values.add(prefix + "payload=" + HexFormat.of().formatHex(message.payloadBytes()));
        values.add(prefix + "qos=" + message.qos());
        values.add(prefix + "retain=" + (message.retain() ? 1 : 0));
        Message.Properties properties = message.properties();
        properties
                .user()
                .forEach(user ->
                        values.add(prefix + "user=" + user.getKey() + ":" + user.getValue()));
        add(values, prefix + "content-type", properties.contentType());
        add(values, prefix + "response-topic", properties.responseTopic());
        if (properties.correlationData() != null) {
            byte[] bytes = Message.of("", properties.correlationData(), 0).payloadBytes();
            values.add(prefix + "correlation=" + HexFormat.of().formatHex(bytes));
        }
        add(values, prefix + "format", properties.payloadFormat());
        add(values, prefix + "message-expiry", properties.expirySeconds());
        add(values, prefix + "delay", properties.willDelaySeconds());
        add(values, prefix + "alias", properties.topicAlias());
    }

    private static void add(List<String> values, String key, @Nullable Object value) {
        if (value != null) {
            values.add(key + "=" + value);
        }
    }

    /** The message in an event. */
    Message message() {
        String expiry = text("message-expiry");
        String format = text("format");
        String correlation = text("correlation");
        var properties =
                new Message.Properties(
                        all("user").stream().map(Fields::userProperty).toList(),
                        text("content-type"),
                        text("response-topic"),
                        correlation == null ? null : fromHex(correlation),
                        format == null ? null : Integer.valueOf(format),
                        expiry == null ? null : Long.valueOf(expiry),
                        null,
                        null,
                        all("subscription-id").stream().map(Integer::valueOf).toList());
        String topic = text("topic");
        String payload = text("payload");
        if (topic == null || payload == null) {
            throw new IllegalStateException("A message without topic or payload: " + line());
        }
        return new Message(
                topic, fromHex(payload), number("qos", -1), number("retain", 0) == 1, properties);
    }

    /** The end of the connection in an event. */
    Inbox.Loss loss() {
        String why = text("why");
        return new Inbox.Loss(number("code", 0), why == null ? "" : why);
    }

    private static String fromHex(String hex) {
        return Message.payloadOf(HexFormat.of().parseHex(hex));
    }

    private static Map.Entry<String, String> userProperty(String text) {
        int colon = text.indexOf(':');
        return Map.entry(text.substring(0, colon), text.substring(colon + 1));
    }

    int number(String key, int otherwise) {
        String text = text(key);
        return text == null ? otherwise : Integer.parseInt(text);
    }

    @Nullable String text(String key) {
        return all(key).stream().findFirst().orElse(null);
    }

    private List<String> all(String key) {
        return values.stream()
                .filter(value -> value.startsWith(key + "="))
                .map(value -> value.substring(key.length() + 1))
                .toList();
    }
}
