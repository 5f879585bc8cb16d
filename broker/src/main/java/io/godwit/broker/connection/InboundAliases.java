package io.godwit.broker.connection;

import io.godwit.codec.Property;
import io.godwit.codec.ProtocolError;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.TopicName;
import org.jspecify.annotations.Nullable;

/** The Topic Aliases that a client has set up on its connection (§3.3.2.3.4). */
final class InboundAliases {

    private final int maximum;
    private @Nullable TopicName @Nullable [] topics;

    /** None yet; the client may use 1 to {@code maximum}. */
    InboundAliases(int maximum) {
        this.maximum = maximum;
    }

    /**
     * The topic of a PUBLISH, after its alias was set up or looked up.
     *
     * @throws ProtocolError if the alias is over the maximum, or stands for no topic
     */
    TopicName resolve(Publish publish) throws ProtocolError {
        if (publish.properties().isEmpty()) {
            return publish.topic();
        }
        Integer alias = publish.properties().get(Property.TOPIC_ALIAS);
        if (alias == null) {
            return publish.topic();
        }
        if (alias > maximum) { // [v5 MQTT-3.3.2-9], [v5 MQTT-3.3.2-12]
            throw new ProtocolError(
                    ReasonCode.TOPIC_ALIAS_INVALID,
                    "topic alias %d is over the maximum of %d".formatted(alias, maximum));
        }
        if (topics == null) {
            topics = new TopicName[maximum + 1];
        }
        if (publish.topic() != TopicName.EMPTY) {
            topics[alias] = publish.topic();
            return publish.topic();
        }
        TopicName known = topics[alias];
        if (known == null) {
            throw new ProtocolError(
                    "topic alias %d was never given a topic on this connection".formatted(alias));
        }
        return known;
    }
}
