package io.godwit.server;

import io.godwit.broker.OperatorMessages;
import io.godwit.broker.control.Messages;
import io.godwit.broker.control.Page;
import io.godwit.broker.control.Refusal;
import io.godwit.broker.shard.Time;
import io.godwit.broker.spi.Message;
import io.godwit.codec.Binary;
import io.godwit.codec.PacketException;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import io.godwit.codec.UserProperty;
import io.godwit.codec.Utf8;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages of a server, for its operator: what is asked for is checked here, and waited for.
 * Safe from any thread but a loop's.
 *
 * @param largest bytes of the largest payload, that of a packet
 */
record ServerMessages(OperatorMessages messages, Time time, int largest) implements Messages {

    private static final Logger LOG = LoggerFactory.getLogger(ServerMessages.class);

    /** Bytes of a string in a packet. */
    private static final int LONGEST = 65_535;

    @Override
    public Page<Retained> retained(String filter, int limit, @Nullable String after)
            throws Refusal {
        return messages.retained(filterOf(filter), limit, after == null ? null : topicOf(after));
    }

    @Override
    public long deleteRetained(String filter) throws IOException {
        long deleted = InTime.get(messages.deleteRetained(filterOf(filter)));
        LOG.info(
                "an administrator has deleted {} retained messages by the filter {}",
                deleted,
                Utf8.quote(filter));
        return deleted;
    }

    @Override
    public Published publish(List<Outgoing> outgoing) throws IOException {
        List<Message> checked = new ArrayList<>();
        for (Outgoing message : outgoing) {
            checked.add(message(message));
        }
        return InTime.get(messages.publish(checked));
    }

    @Override
    public void check(List<String> filters) throws Refusal {
        for (String filter : filters) {
            var _ = filterOf(filter);
        }
    }

    @Override
    public Watch watch(
            List<String> filters,
            Consumer<? super Passing> retained,
            Consumer<? super Passing> passing)
            throws Refusal {
        List<TopicFilter> checked = new ArrayList<>();
        for (String filter : filters) {
            checked.add(filterOf(filter));
        }
        return messages.watch(checked, retained, passing);
    }

    private static TopicFilter filterOf(String text) throws Refusal {
        try {
            TopicFilter filter = TopicFilter.of(text);
            if (filter.isShared()) {
                throw Refusal.invalid(
                        "the topic filter "
                                + Utf8.quote(text)
                                + " is that of a shared subscription");
            }
            return filter;
        } catch (PacketException invalid) {
            throw Refusal.invalid(String.valueOf(invalid.getMessage()));
        }
    }

    private static TopicName topicOf(String text) throws Refusal {
        try {
            return TopicName.of(text);
        } catch (PacketException invalid) {
            throw Refusal.invalid(String.valueOf(invalid.getMessage()));
        }
    }

    private Message message(Outgoing outgoing) throws Refusal {
        TopicName topic = topicOf(outgoing.topic());
        if (outgoing.topic().startsWith("$SYS/")) {
            throw Refusal.invalid("topics below $SYS are the broker's own");
        }
        if (outgoing.payload().length > largest) {
            throw Refusal.invalid(
                    "the payload on %s is larger than limits.packet-size allows (%d bytes)"
                            .formatted(Utf8.quote(outgoing.topic()), largest));
        }
        Long expiry = outgoing.expiry();
        return new Message(
                topic,
                outgoing.payload(),
                outgoing.qos(),
                outgoing.retain(),
                properties(outgoing),
                expiry == null ? Message.NEVER : time.wallMillis() + expiry * 1000,
                OperatorMessages.PUBLISHER);
    }

    private static Properties properties(Outgoing outgoing) throws Refusal {
        Properties.Builder properties = Properties.builder();
        String contentType = outgoing.contentType();
        if (contentType != null) {
            properties.add(Property.CONTENT_TYPE, string("contentType", contentType));
        }
        String responseTopic = outgoing.responseTopic();
        if (responseTopic != null) {
            properties.add(Property.RESPONSE_TOPIC, topicOf(responseTopic).toString());
        }
        byte[] correlation = outgoing.correlation();
        if (correlation.length > 0) {
            if (correlation.length > LONGEST) {
                throw Refusal.invalid("correlation is longer than " + LONGEST + " bytes");
            }
            properties.add(Property.CORRELATION_DATA, new Binary(correlation));
        }
        for (Map.Entry<String, String> pair : outgoing.userProperties()) {
            properties.add(
                    Property.USER_PROPERTY,
                    new UserProperty(
                            string("userProperties", pair.getKey()),
                            string("userProperties", pair.getValue())));
        }
        return properties.build();
    }

    /** A text that a packet can carry (§1.5.4). */
    private static String string(String key, String text) throws Refusal {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        boolean isWhole = new String(bytes, StandardCharsets.UTF_8).equals(text);
        if (bytes.length > LONGEST || text.indexOf('\0') >= 0 || !isWhole) {
            throw Refusal.invalid(
                    key + " takes texts of up to " + LONGEST + " bytes without U+0000");
        }
        return text;
    }
}
