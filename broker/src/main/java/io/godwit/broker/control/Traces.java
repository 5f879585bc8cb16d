package io.godwit.broker.control;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shows packets of clients as they come and go. Safe from any thread but a shard's. */
public interface Traces {

    /**
     * A packet. What it has of passwords and authentication data is hidden.
     *
     * @param client the Client Identifier; empty before CONNECT
     * @param address null over a Unix domain socket
     * @param isReceived whether the client has sent it
     * @param packet its type, such as {@code PUBLISH}
     * @param line what counts most, in a few words
     * @param fields what stands in it: texts, numbers, true and false, lists and maps
     * @param bytes its wire form
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Shown(
            Instant time,
            String client,
            @Nullable String address,
            int port,
            String listener,
            boolean isReceived,
            String packet,
            String line,
            Map<String, Object> fields,
            byte[] bytes) {}

    /** A trace that runs, until it is closed. One thread reads it. */
    interface Running extends AutoCloseable {

        /** The next packet; null if none came in that time. */
        @Nullable Shown next(Duration within) throws InterruptedException;

        /** Packets that came too quickly for the reader, since this was last asked. */
        long takeDropped();

        @Override
        void close();
    }

    /** Throws if the filter is not valid. */
    void check(@Nullable String topicFilter) throws Refusal;

    /**
     * Begins a trace.
     *
     * @param client a Client Identifier; null for all
     * @param topicFilter null for packets about any topic and about none
     * @throws Refusal if too many run already, or the filter is not valid
     */
    Running begin(@Nullable String client, @Nullable String topicFilter) throws Refusal;
}
