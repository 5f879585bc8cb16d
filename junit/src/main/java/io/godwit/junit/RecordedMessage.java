package io.godwit.junit;

import io.godwit.broker.spi.Message;
import io.godwit.codec.Properties;
import java.nio.charset.StandardCharsets;

/**
 * A message that the broker has accepted, as its publisher sent it.
 *
 * @param payload not to be changed
 * @param qos 0 to 2
 * @param properties those that are passed on to subscribers; none before version 5
 * @param publisher the Client Identifier of the client that published it, or whose will it is;
 *     empty for what {@link TestBroker#publish} published
 */
public record RecordedMessage(
        String topic,
        byte[] payload,
        int qos,
        boolean retain,
        Properties properties,
        String publisher) {

    /** As long as a payload is printed. */
    private static final int SHOWN = 60;

    static RecordedMessage of(Message message) {
        String publisher = message.publisher();
        return new RecordedMessage(
                message.topic().toString(),
                message.payload(),
                message.qos(),
                message.retain(),
                message.properties(),
                publisher.equals(RunningBroker.PUBLISHER) ? "" : publisher);
    }

    /** Its payload as UTF-8; what is not well-formed is replaced. */
    public String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    /** In one line, with the beginning of its payload. */
    @Override
    public String toString() {
        return "%s \"%s\" (QoS %d%s, from %s)"
                .formatted(
                        topic,
                        shown(),
                        qos,
                        retain ? ", retained" : "",
                        publisher.isEmpty() ? "the test" : publisher);
    }

    private String shown() {
        String text = text().replaceAll("\\p{Cntrl}", "?");
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }
}
