package io.godwit.client;

/**
 * What a client counted since it was built.
 *
 * @param published messages acknowledged by the server, at QoS 0 handed to the system
 * @param received messages that came, those sent again included
 * @param unhandled messages that no handler was there for
 * @param dropped messages of its own that the offline buffer's policy dropped or that outlived their time
 * @param droppedIncoming QoS 0 messages that came while the handlers' queue was full and the client awaited an answer
 * @param waiting messages in the offline buffer or under way, now
 * @param reconnects connections but the first
 */
public record Counts(
        long published,
        long received,
        long unhandled,
        long dropped,
        long droppedIncoming,
        long waiting,
        long reconnects) {}
