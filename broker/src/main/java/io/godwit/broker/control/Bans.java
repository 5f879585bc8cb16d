package io.godwit.broker.control;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bans of a running broker. Safe from any thread but a shard's: calls may block. What is
 * changed is on disk when a call returns.
 */
public interface Bans {

    /**
     * Which clients a ban is about: those to which everything that is given applies.
     *
     * @param address an address or a range of them, such as {@code 192.0.2.0/24}, or null
     * @param userName or null
     * @param clientId a Client Identifier, in which each {@code *} stands for any text, or null
     */
    record Target(@Nullable String address, @Nullable String userName, @Nullable String clientId) {}

    /**
     * A ban.
     *
     * @param until when it ends, or null if it does not end by itself
     * @param reason why, in words; version 5 clients are told
     */
    record Entry(Target target, @Nullable Instant until, String reason) {}

    /** Those in force, those that end first in front. */
    List<Entry> list();

    /**
     * Adds a ban, in place of one with the same target, and disconnects the clients that it hits.
     *
     * @return how many were disconnected
     * @throws Refusal if the target is not valid or there are too many bans; says why
     * @throws IOException if it is in force, but could not be written to disk
     */
    int add(Entry ban) throws IOException;

    /**
     * Lifts a ban.
     *
     * @return false if there is none with this very target
     * @throws Refusal if the target is not valid; says why
     * @throws IOException if it is lifted, but that could not be written to disk
     */
    boolean remove(Target target) throws IOException;
}
