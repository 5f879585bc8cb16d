package io.godwit.broker.session;

import io.godwit.broker.control.ClientDetails.Trouble;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What went wrong with the clients of one shard: the last few things of those that had any last.
 * What is older is forgotten. On the shard's loop only.
 */
final class Troubles {

    /** Clients that are remembered. */
    static final int CLIENTS = 1_000;

    /** What is remembered of each. */
    static final int OF_A_CLIENT = 5;

    private static final int LONGEST = 300;

    private final Map<String, Deque<Trouble>> byClientId =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Deque<Trouble>> eldest) {
                    return size() > CLIENTS;
                }
            };

    /** Notes something, in words. */
    void note(String clientId, long wallMillis, String what) {
        Deque<Trouble> troubles = byClientId.computeIfAbsent(clientId, _ -> new ArrayDeque<>());
        if (troubles.size() == OF_A_CLIENT) {
            troubles.removeLast();
        }
        String text = what.length() <= LONGEST ? what : what.substring(0, LONGEST) + "...";
        troubles.addFirst(new Trouble(Instant.ofEpochMilli(wallMillis), text));
    }

    /** What is known of a client, the latest first. */
    List<Trouble> of(String clientId) {
        Deque<Trouble> troubles = byClientId.get(clientId);
        return troubles == null ? List.of() : List.copyOf(troubles);
    }
}
