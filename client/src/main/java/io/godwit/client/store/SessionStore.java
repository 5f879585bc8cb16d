package io.godwit.client.store;

import io.godwit.client.Message;
import java.io.IOException;
import java.util.List;

/**
 * Remembers what a client's session needs across restarts of the process: messages that are not acknowledged, in order, and what QoS 2
 * knows. Called by one thread at a time. Topic aliases are never in it: they belong to a connection. What returned is on its way to the system; {@link #flush} says when it is
 * safe from a crash of the process.
 */
public interface SessionStore extends AutoCloseable {

    /** How far a message of QoS 1 or 2 has come. */
    enum Stage {
        /** Not sent yet; it has no Packet Identifier. */
        WAITING,
        /** Sent: it is sent again with DUP in a session that the server kept. */
        SENT,
        /** QoS 2: PUBREC has come, so that PUBREL is sent and the message never again [v5 MQTT-4.3.3-7]. */
        RELEASED
    }

    /**
     * A message that is not acknowledged.
     *
     * @param sequence its number, growing in the order of publishing
     * @param packetId 1 to 65,535, or 0 while it waits
     * @param publishedAt milliseconds since 1970, from which its time to live and its Message Expiry Interval count
     */
    record Kept(long sequence, Message message, Stage stage, int packetId, long publishedAt) {}

    /**
     * What was found when it was opened.
     *
     * @param outgoing in the order of {@code sequence}
     * @param incoming Packet Identifiers of QoS 2 messages that were taken and not released
     */
    record Recovered(List<Kept> outgoing, List<Integer> incoming) {}

    /** What was found when it was opened; asked once. */
    Recovered recovered();

    /** A new message that waits. */
    void append(Kept message) throws IOException;

    /** A message has come further. */
    void advance(long sequence, Stage stage, int packetId) throws IOException;

    /** A message is acknowledged, was dropped, or has failed. */
    void remove(long sequence) throws IOException;

    /** A QoS 2 message was taken. */
    void took(int packetId) throws IOException;

    /** A QoS 2 message that was taken is released. */
    void released(int packetId) throws IOException;

    /** The server has lost the session: forget incoming identifiers; what was SENT or RELEASED is WAITING again, RELEASED is removed. */
    void sessionLost() throws IOException;

    /** Hands all to the system: a crash of the process loses none of it. Before a packet is sent that promises it. */
    void flush() throws IOException;

    @Override
    void close() throws IOException;
}
