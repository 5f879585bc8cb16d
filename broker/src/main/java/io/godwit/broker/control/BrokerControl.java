package io.godwit.broker.control;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What an administrator can ask of a running broker; the only way in which the HTTP API changes its
 * state. Safe from any thread but a shard's: calls may block.
 */
public interface BrokerControl {

    /**
     * What a backup holds.
     *
     * @param files how many files it has
     * @param bytes their size together
     * @param time how long making it took
     */
    record Backup(long files, long bytes, Duration time) {}

    /** The version of this broker, such as {@code 0.1.0}. */
    String version();

    /**
     * Makes a copy of the sessions, queues and retained messages of one moment, while the broker
     * goes on.
     *
     * @param directory where to; absolute, and not there yet, or empty
     * @throws Refusal if it can't be done as things are, such as with a store in memory
     * @throws IOException if it failed; says where and why. Nothing is left of it then
     */
    Backup backup(Path directory) throws IOException;

    /** Who is kept out. */
    Bans bans();

    /**
     * Explains whether a client may do something, by the rules that are in force now.
     *
     * @throws Refusal if the topic or filter is not valid, or nobody can explain
     */
    default Explanation explain(Question question) throws Refusal {
        throw new Refusal("this broker's rules can't be explained");
    }
}
