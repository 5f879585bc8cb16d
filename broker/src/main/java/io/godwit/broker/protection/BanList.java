package io.godwit.broker.protection;

import io.godwit.broker.auth.Network;
import io.godwit.broker.protection.Ban.Target;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The bans in force. Looking for one that covers a client takes a few probes of a hash table,
 * however many there are, and a look at each pattern. Safe from any thread.
 */
public final class BanList {

    /** How many bans there may be. */
    public static final int MOST = 10_000;

    /** How many of them may have been made by the broker itself. */
    public static final int MOST_AUTOMATIC = 8_000;

    /** How many of them may have a pattern. */
    public static final int MOST_PATTERNS = 256;

    private static final long CLEAR_EVERY_MILLIS = 1000;

    private final Map<Target, Ban> exact = new ConcurrentHashMap<>();
    private final List<Ban> patterns = new CopyOnWriteArrayList<>();
    private final List<Runnable> whenChanged = new CopyOnWriteArrayList<>();

    /** The different numbers of bits that networks of bans have. */
    private volatile int[] lengths = {};

    private long clearedAt = Long.MIN_VALUE;

    /** Something to do whenever the list has changed; on the thread that changes it. */
    public void whenChanged(Runnable action) {
        whenChanged.add(action);
    }

    /** How many there are, with those that have ended and stand there still. */
    public int size() {
        return exact.size() + patterns.size();
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return exact.isEmpty() && patterns.isEmpty();
    }

    /**
     * Adds a ban, in place of one with the same target.
     *
     * @param wallMillis the wall clock: bans that have ended make room
     * @return false if there is no room
     */
    public boolean add(Ban ban, long wallMillis) {
        return add(ban, MOST, wallMillis);
    }

    /** As {@link #add(Ban, long)} for a ban of the broker's own, which leaves room for others. */
    boolean addAutomatic(Ban ban, long wallMillis) {
        return add(ban, MOST_AUTOMATIC, wallMillis);
    }

    private boolean add(Ban ban, int most, long wallMillis) {
        synchronized (this) {
            if (!hasRoom(ban.target(), most)) {
                removeEnded(wallMillis);
            }
            if (!hasRoom(ban.target(), most)) {
                return false;
            }
            if (ban.target().isPattern()) {
                patterns.removeIf(old -> old.target().equals(ban.target()));
                patterns.add(ban);
            } else {
                exact.put(ban.target(), ban);
                note(ban.target().network());
            }
        }
        whenChanged.forEach(Runnable::run);
        return true;
    }

    private boolean hasRoom(Target target, int most) {
        boolean isThere =
                exact.containsKey(target)
                        || patterns.stream().anyMatch(ban -> ban.target().equals(target));
        return isThere
                || exact.size() + patterns.size() < most
                        && (!target.isPattern() || patterns.size() < MOST_PATTERNS);
    }

    private void removeEnded(long wallMillis) {
        if (wallMillis - CLEAR_EVERY_MILLIS < clearedAt) { // it is a look at all of them
            return;
        }
        clearedAt = wallMillis;
        exact.values().removeIf(ban -> ban.hasEnded(wallMillis));
        patterns.removeIf(ban -> ban.hasEnded(wallMillis));
        measure();
    }

    private void note(@Nullable Network network) {
        if (network != null && Arrays.stream(lengths).noneMatch(bits -> bits == network.bits())) {
            int[] more = Arrays.copyOf(lengths, lengths.length + 1);
            more[lengths.length] = network.bits();
            lengths = more;
        }
    }

    private void measure() {
        lengths =
                exact.keySet().stream()
                        .map(Target::network)
                        .filter(Objects::nonNull)
                        .mapToInt(Network::bits)
                        .distinct()
                        .toArray();
    }

    /** Lifts a ban; false if there is none with this very target. */
    public boolean remove(Target target) {
        synchronized (this) {
            boolean had = exact.remove(target) != null;
            had |= patterns.removeIf(ban -> ban.target().equals(target));
            if (!had) {
                return false;
            }
            measure();
        }
        whenChanged.forEach(Runnable::run);
        return true;
    }

    /** The bans that have not ended, those that end first in front. */
    public synchronized List<Ban> all(long wallMillis) {
        List<Ban> all = new ArrayList<>(exact.values());
        all.addAll(patterns);
        all.removeIf(ban -> ban.hasEnded(wallMillis));
        all.sort(
                Comparator.comparingLong(Ban::until).thenComparing(ban -> ban.target().toString()));
        return all;
    }

    /** A ban of everybody from an address, or null. */
    public @Nullable Ban find(InetAddress address, long wallMillis) {
        for (int bits : lengths) {
            Ban ban =
                    bits <= Network.bitsOf(address)
                            ? find(new Network(address, bits), null, null, wallMillis)
                            : null;
            if (ban != null) {
                return ban;
            }
        }
        return null;
    }

    /** A ban that covers a client, or null. */
    public @Nullable Ban find(
            @Nullable InetAddress address,
            @Nullable String userName,
            String clientId,
            long wallMillis) {
        if (isEmpty()) {
            return null;
        }
        Ban ban = findNamed(null, userName, clientId, wallMillis);
        if (ban == null && address != null) {
            ban = findAt(address, userName, clientId, wallMillis);
        }
        if (ban != null) {
            return ban;
        }
        for (Ban pattern : patterns) {
            if (!pattern.hasEnded(wallMillis)
                    && pattern.target().covers(address, userName, clientId)) {
                return pattern;
            }
        }
        return null;
    }

    private @Nullable Ban findAt(
            InetAddress address, @Nullable String userName, String clientId, long wallMillis) {
        for (int bits : lengths) {
            if (bits > Network.bitsOf(address)) {
                continue;
            }
            Network network = new Network(address, bits);
            Ban ban = find(network, null, null, wallMillis);
            if (ban == null) {
                ban = findNamed(network, userName, clientId, wallMillis);
            }
            if (ban != null) {
                return ban;
            }
        }
        return null;
    }

    /** A ban with this very network, and with user name, Client Identifier or both. */
    private @Nullable Ban findNamed(
            @Nullable Network network,
            @Nullable String userName,
            String clientId,
            long wallMillis) {
        Ban ban = find(network, null, clientId, wallMillis);
        if (ban == null && userName != null) {
            ban = find(network, userName, null, wallMillis);
            if (ban == null) {
                ban = find(network, userName, clientId, wallMillis);
            }
        }
        return ban;
    }

    private @Nullable Ban find(
            @Nullable Network network,
            @Nullable String userName,
            @Nullable String clientId,
            long wallMillis) {
        Ban ban = exact.get(new Target(network, userName, clientId));
        return ban == null || ban.hasEnded(wallMillis) ? null : ban;
    }
}
