package io.godwit.broker.control;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

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
     * What it counts and measures.
     *
     * @throws Refusal if it does not tell
     */
    default BrokerMetrics metrics() throws Refusal {
        throw new Refusal("this broker does not tell what it measures");
    }

    /**
     * Its clients.
     *
     * @throws Refusal if it does not show them
     */
    default Clients clients() throws Refusal {
        throw new Refusal("this broker does not show its clients");
    }

    /**
     * Its messages.
     *
     * @throws Refusal if it does not show them
     */
    default Messages messages() throws Refusal {
        throw new Refusal("this broker does not show its messages");
    }

    /**
     * The traces of its clients' packets.
     *
     * @throws Refusal if it has none
     */
    default Traces traces() throws Refusal {
        throw new Refusal("this broker does not trace packets");
    }

    /**
     * The broker itself.
     *
     * @throws Refusal if it does not show itself
     */
    default Instance instance() throws Refusal {
        throw new Refusal("this broker does not show itself");
    }

    /**
     * Looks at the session of a Client Identifier.
     *
     * @return empty if there is none
     * @throws IOException if the broker does not say in time
     */
    default Optional<SessionState> session(String clientId) throws IOException {
        throw new Refusal("this broker does not show its sessions");
    }

    /**
     * Ends the session of a Client Identifier, with its subscriptions and its queue. Its client is
     * disconnected first, version 5 with reason code 0x98 (administrative action); its will is
     * published, as for each session that ends. When this returns a restart does not bring it back.
     *
     * @return what it was before; empty if there is none
     * @throws IOException if the broker does not say in time, or could not store the end yet
     */
    default Optional<SessionState> endSession(String clientId) throws IOException {
        throw new Refusal("this broker does not end sessions for others");
    }

    /**
     * Explains whether a client may do something, by the rules that are in force now.
     *
     * @throws Refusal if the topic or filter is not valid, or nobody can explain
     */
    default Explanation explain(Question question) throws Refusal {
        throw new Refusal("this broker's rules can't be explained");
    }

    /**
     * Reads the configuration again, and everything that it names, and applies what differs.
     * Everything is read and built first: if anything is wrong, nothing changes. Several take
     * turns.
     *
     * @throws Refusal if the broker was started without a place to read it from
     * @throws InvalidConfiguration if it can't be used; says all that is wrong
     * @throws IOException if it could not be applied; nothing was changed then
     */
    default ReloadPlan reload() throws IOException {
        throw new Refusal("this broker can't be reloaded");
    }

    /**
     * What a reload would change if the configuration were that of another file; changes nothing.
     *
     * @param file absolute
     * @throws Refusal as for {@link #reload}
     * @throws InvalidConfiguration if it can't be used; says all that is wrong
     */
    default ReloadPlan plan(Path file) throws IOException {
        throw new Refusal("this broker can't be reloaded");
    }

    /** As {@link #plan(Path)}, with the configuration itself instead of its file. */
    default ReloadPlan plan(String text) throws IOException {
        throw new Refusal("this broker can't be reloaded");
    }
}
