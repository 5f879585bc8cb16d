package io.godwit.broker.session;

import io.godwit.broker.control.ClientDetails.Trouble;
import io.godwit.broker.shard.FlightRecorder;
import io.godwit.broker.shard.Shard;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong with the clients of one shard: the last few things of those that had any last.
 * What is older is forgotten. On the shard's loop only.
 */
final class Troubles {

    /** Clients that are remembered. */
    static final int CLIENTS = 1_000;

    /** What is remembered of each. */
    static final int OF_A_CLIENT = 5;

    /** Refused CONNECTs among them, since anybody can have them refused. */
    static final int REFUSALS = 2;

    private static final int LONGEST = 300;

    private record Noted(
            long wallMillis, String what, @Nullable FlightRecorder last, boolean isRefusal) {}

    private final Map<String, Deque<Noted>> byClientId =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Deque<Noted>> eldest) {
                    return size() > CLIENTS;
                }
            };

    /** Notes something, in words. */
    void note(String clientId, long wallMillis, String what) {
        note(clientId, wallMillis, what, null);
    }

    /**
     * Notes something, in words.
     *
     * @param last the packets of its connection, if that has ended; or null
     */
    void note(String clientId, long wallMillis, String what, @Nullable FlightRecorder last) {
        add(clientId, new Noted(wallMillis, shortened(what), last, false));
    }

    /** Notes that a CONNECT was refused; of those {@link #REFUSALS} are remembered. */
    void noteRefusal(String clientId, long wallMillis, String what) {
        add(clientId, new Noted(wallMillis, shortened(what), null, true));
    }

    private void add(String clientId, Noted noted) {
        Deque<Noted> troubles = byClientId.computeIfAbsent(clientId, _ -> new ArrayDeque<>());
        boolean isOneTooMany =
                noted.isRefusal && troubles.stream().filter(Noted::isRefusal).count() == REFUSALS;
        if (isOneTooMany) {
            removeOldestRefusal(troubles);
        } else if (troubles.size() == OF_A_CLIENT) {
            troubles.removeLast();
        }
        troubles.addFirst(noted);
    }

    private static void removeOldestRefusal(Deque<Noted> troubles) {
        Iterator<Noted> oldestFirst = troubles.descendingIterator();
        while (oldestFirst.hasNext()) {
            if (oldestFirst.next().isRefusal) {
                oldestFirst.remove();
                return;
            }
        }
    }

    private static String shortened(String what) {
        return what.length() <= LONGEST ? what : what.substring(0, LONGEST) + "...";
    }

    /**
     * What is known of a client, the latest first.
     *
     * @param here the shard that these are of
     */
    List<Trouble> of(String clientId, Shard here) {
        Deque<Noted> troubles = byClientId.get(clientId);
        return troubles == null
                ? List.of()
                : troubles.stream()
                        .map(it ->
                                new Trouble(
                                        Instant.ofEpochMilli(it.wallMillis),
                                        it.what,
                                        ClientViews.packets(it.last, here)))
                        .toList();
    }
}
