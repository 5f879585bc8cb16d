package io.godwit.broker.control;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a running broker: those that are retained, and those that come and go. Safe from
 * any thread but a shard's: calls may block.
 */
public interface Messages {

    /**
     * A retained message.
     *
     * @param payload never changed by anyone
     * @param expiry seconds that it has left; null if it does not expire
     * @param contentType the property, or null
     */
    record Retained(
            String topic,
            int qos,
            byte[] payload,
            @Nullable Long expiry,
            @Nullable String contentType) {}

    /**
     * A message to be published.
     *
     * @param payload not copied, and not to be changed any more
     * @param qos 0 to 2
     * @param expiry seconds, 0 to 4,294,967,295; null for none
     * @param correlation not copied; empty for none
     */
    record Outgoing(
            String topic,
            byte[] payload,
            int qos,
            boolean retain,
            @Nullable Long expiry,
            @Nullable String contentType,
            @Nullable String responseTopic,
            byte[] correlation,
            List<Map.Entry<String, String>> userProperties) {

        /** Copies the list. */
        public Outgoing {
            userProperties = List.copyOf(userProperties);
        }
    }

    /**
     * What became of messages that were published.
     *
     * @param recipients sessions that they went to, or were queued for; of a shared subscription
     *     one for each message
     */
    record Published(int messages, long recipients) {}

    /** A message on its way to subscribers. */
    interface Passing {
        /** The Topic Name; made anew by each call. */
        String topic();

        /** Never to be changed. */
        byte[] payload();

        /** As published, 0 to 2. */
        int qos();

        /** As published; true of one that was retained before. */
        boolean retain();
    }

    /** What goes on until it is closed. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Retained messages in the order of their topics.
     *
     * @param filter a Topic Filter
     * @param limit 1 to {@link Page#MOST}; a page is shorter when its payloads would be over 1 MB,
     *     of each of which 64 KiB count
     * @param after a topic behind which to begin; or null
     * @throws Refusal if the filter is not valid
     */
    Page<Retained> retained(String filter, int limit, @Nullable String after) throws IOException;

    /**
     * Removes the retained messages that a Topic Filter matches.
     *
     * @return how many, once a restart does not bring them back
     * @throws Refusal if the filter is not valid
     * @throws IOException if that could not be stored
     */
    long deleteRetained(String filter) throws IOException;

    /**
     * Publishes messages in their order, whatever the rules say; all are checked first.
     *
     * @return what became of them, once those that have to be are stored
     * @throws Refusal if one is not valid; none was published then
     * @throws IOException if one could not be accepted or stored; says which
     */
    Published publish(List<Outgoing> messages) throws IOException;

    /**
     * Checks Topic Filters.
     *
     * @throws Refusal if one is not valid, or is that of a shared subscription
     */
    void check(List<String> filters) throws Refusal;

    /**
     * Shows somebody the messages that any of some Topic Filters match, as they are published, and
     * first those that are retained. A message is shown once.
     *
     * @param retained is given what is retained, before this returns, on this thread, which it may
     *     hold up
     * @param passing is given what is published from now on, also meanwhile, on the loops of the
     *     publishers; must neither block nor throw
     * @throws Refusal if a filter is not valid
     */
    Watch watch(
            List<String> filters,
            Consumer<? super Passing> retained,
            Consumer<? super Passing> passing)
            throws IOException;
}
