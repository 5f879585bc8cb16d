package io.godwit.app.bench;

import java.util.concurrent.atomic.LongAdder;

/** What is counted while a run goes on. Safe from every thread. */
final class Tally {

    final LongAdder connected = new LongAdder();
    final LongAdder unconnected = new LongAdder();
    final LongAdder unsubscribed = new LongAdder();

    /** Connections that were open and broke. */
    final LongAdder disconnects = new LongAdder();

    final LongAdder reconnects = new LongAdder();
    final LongAdder sent = new LongAdder();

    /** By the server; at QoS 0 handed to the system. */
    final LongAdder acknowledged = new LongAdder();

    /** By the server, or dropped on this side. */
    final LongAdder refused = new LongAdder();

    final LongAdder received = new LongAdder();
    final LongAdder receivedBytes = new LongAdder();

    /** Messages that nobody of this program has stamped, or not in this run where that counts. */
    final LongAdder foreign = new LongAdder();

    final LongAdder duplicates = new LongAdder();
    final LongAdder outOfOrder = new LongAdder();

    /** Messages whose time lies ahead: their publisher's clock is another one, and wrong. */
    final LongAdder ahead = new LongAdder();

    /** From CONNECT, with all that comes before, to CONNACK. */
    final Latencies connecting = new Latencies();

    /** From when a message was due to its acknowledgement; at QoS 0 nothing. */
    final Latencies acknowledging = new Latencies();

    /** From when a message was due to its arrival. */
    final Latencies delivering = new Latencies();

    final Failures failures = new Failures();
}
