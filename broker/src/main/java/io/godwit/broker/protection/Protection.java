package io.godwit.broker.protection;

import io.godwit.broker.auth.Network;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.protection.Admission.Admitted;
import io.godwit.broker.protection.Admission.TurnedAway;
import io.godwit.broker.protection.Ban.Target;
import io.godwit.broker.protection.ProtectionSettings.BruteForce;
import io.godwit.broker.protection.ProtectionSettings.Flapping;
import io.godwit.broker.shard.Counter;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what clients did as far as it has to, and says what follows. One for the whole broker;
 * safe from any thread. Times are milliseconds, {@code now} of the monotonic clock and {@code
 * wallMillis} of the wall clock.
 */
public final class Protection {

    /** How many addresses, user names or Client Identifiers are remembered at most, of each. */
    public static final int MOST_REMEMBERED = 32_768;

    /** Characters of the longest name that is remembered: what they all take stays small. */
    public static final int LONGEST_REMEMBERED = 256;

    /** How many refusals may wait at a time; one more is sent at once. */
    public static final int MOST_DELAYED = 1_000;

    private static final Admitted UNCOUNTED = () -> {};
    private static final long SECOND = 1000;
    private static final long FIRST_DELAY = 100;

    private volatile ProtectionSettings settings;
    private volatile Limits limits = Limits.defaults();
    private final BanList bans = new BanList();
    private final AtomicInteger connected = new AtomicInteger();
    private final Map<String, ListenerLoad> listeners = new ConcurrentHashMap<>();
    private final Tally<Network> opened = new Tally<>(MOST_REMEMBERED);
    private final UndecidedSockets undecided = new UndecidedSockets();
    private final Tally<Network> failedAddresses = new Tally<>(MOST_REMEMBERED);
    private final Tally<String> failedUsers = new Tally<>(MOST_REMEMBERED);
    private final Tally<Target> failedPairs = new Tally<>(MOST_REMEMBERED);
    private final Tally<String> connects = new Tally<>(MOST_REMEMBERED);
    private final AtomicInteger delayed = new AtomicInteger();

    /** With these settings to begin with, and no bans. */
    public Protection(ProtectionSettings settings) {
        this.settings = settings;
    }

    /** The settings in force. */
    public ProtectionSettings settings() {
        return settings;
    }

    /** Puts other settings in force. What is connected stays, and what was counted counts. */
    public synchronized void settings(ProtectionSettings others) {
        settings = others;
        listeners.forEach(
                (name, load) -> load.policy(policy(others, name), limits, others.publishRate()));
    }

    /** Sets the limits that those of listeners are laid over; before the first connection. */
    public void limits(Limits ofBroker) {
        limits = ofBroker;
        settings(settings);
    }

    /** The most bytes that a packet may have at any of the listeners, as they are set now. */
    public int largestPacket() {
        int largest = limits.packetSize();
        for (ListenerPolicy policy : settings.listeners().values()) {
            largest = Math.max(largest, policy.limits().packetSize().orElse(0));
        }
        return largest;
    }

    private static ListenerPolicy policy(ProtectionSettings settings, String listener) {
        return settings.listeners().getOrDefault(listener, ListenerPolicy.OPEN);
    }

    /** The bans in force. */
    public BanList bans() {
        return bans;
    }

    /** The connections of all listeners. */
    public int connected() {
        return connected.get();
    }

    /** What goes on at a listener. */
    public ListenerLoad listener(String name) {
        ListenerLoad known = listeners.get(name);
        return known != null ? known : newListener(name);
    }

    /** In turn with {@link #settings(ProtectionSettings)}, which would pass it over otherwise. */
    private synchronized ListenerLoad newListener(String name) {
        return listeners.computeIfAbsent(name, this::load);
    }

    private ListenerLoad load(String name) {
        ProtectionSettings now = settings;
        return new ListenerLoad(name, policy(now, name), limits, now.publishRate(), connected);
    }

    // --- sockets --------------------------------------------------------------------------------

    /** What becomes of a socket from an address; asked once for each. */
    public Admission admit(InetAddress address, long now, long wallMillis) {
        Ban ban = bans.find(address, wallMillis);
        if (ban != null) {
            return new TurnedAway(Counter.CONNECTIONS_BANNED, "its address is " + ban.why());
        }
        ProtectionSettings held = settings;
        int mostOpened = held.connectionsPerAddress();
        int mostUndecided = held.undecidedPerAddress();
        if (mostOpened == 0 && mostUndecided == 0) {
            return UNCOUNTED;
        }
        Network site = Network.siteOf(address);
        if (mostOpened > 0 && opened.add(site, now, SECOND) > mostOpened) {
            return new TurnedAway(
                    Counter.CONNECTIONS_OVER_ADDRESS_RATE,
                    "limits.connect-rate-per-address is exceeded by " + site);
        }
        Admitted place = mostUndecided == 0 ? UNCOUNTED : undecided.enter(site, mostUndecided);
        return place != null
                ? place
                : new TurnedAway(
                        Counter.CONNECTIONS_OVER_UNDECIDED,
                        "limits.undecided-per-address is reached by " + site);
    }

    // --- guessing -------------------------------------------------------------------------------

    /**
     * An authentication has failed, which may ban who tried.
     *
     * @param address where from, or null over a Unix domain socket
     * @param tried whom the client has tried to be, or null; counted unless it is longer than
     *     {@link #LONGEST_REMEMBERED}
     * @return what follows
     */
    public Failed failed(
            @Nullable InetAddress address, @Nullable String tried, long now, long wallMillis) {
        BruteForce rule = settings.bruteForce();
        if (!rule.isEnabled()) {
            return new Failed(0, null);
        }
        String userName = tried == null || isLong(tried) ? null : tried;
        long within = rule.within().toMillis();
        int most = userName == null ? 0 : failedUsers.add(userName, now, within);
        Target ban = null;
        if (address != null) {
            Network site = Network.siteOf(address);
            int ofAddress = failedAddresses.add(site, now, within);
            most = Math.max(most, ofAddress);
            if (rule.addressFailures() > 0 && ofAddress >= rule.addressFailures()) {
                failedAddresses.forget(site);
                ban = new Target(site, null, null);
            } else if (userName != null) {
                ban = failedPair(new Target(site, userName, null), rule, now);
            }
        }
        boolean isBanned = ban != null && isBanned(ban, "failed authentications", rule, wallMillis);
        return new Failed(delay(most, rule.longestDelay().toMillis()), isBanned ? ban : null);
    }

    private static boolean isLong(String name) {
        return name.length() > LONGEST_REMEMBERED;
    }

    private @Nullable Target failedPair(Target pair, BruteForce rule, long now) {
        int times = failedPairs.add(pair, now, rule.within().toMillis());
        if (rule.failures() == 0 || times < rule.failures()) {
            return null;
        }
        failedPairs.forget(pair);
        return pair;
    }

    private boolean isBanned(Target target, String reason, BruteForce rule, long wallMillis) {
        long millis = rule.ban().toMillis();
        return millis > 0
                && bans.addAutomatic(new Ban(target, wallMillis + millis, reason), wallMillis);
    }

    private static long delay(int failures, long longest) {
        int doublings = Math.min(failures - 2, Integer.SIZE);
        return doublings < 0 ? 0 : Math.min(longest, FIRST_DELAY << doublings);
    }

    /**
     * What follows on a failed authentication.
     *
     * @param delayMillis how long its refusal waits
     * @param banned who is banned from now on, or null
     */
    public record Failed(long delayMillis, @Nullable Target banned) {}

    /** An authentication has succeeded. */
    public void succeeded(@Nullable InetAddress address, @Nullable String userName) {
        if (address != null && userName != null && failedPairs.size() > 0) {
            failedPairs.forget(new Target(Network.siteOf(address), userName, null));
        }
    }

    /** Takes a place among the refusals that wait; false if there is none. */
    public boolean beginDelay() {
        if (delayed.incrementAndGet() > MOST_DELAYED) {
            delayed.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Gives the place back. */
    public void endDelay() {
        delayed.decrementAndGet();
    }

    // --- flapping -------------------------------------------------------------------------------

    /**
     * A client that is who it says connects.
     *
     * @return the ban that follows, or null
     */
    public @Nullable Ban connects(String clientId, long now, long wallMillis) {
        Flapping rule = settings.flapping();
        if (!rule.isEnabled()
                || isLong(clientId)
                || clientId.indexOf('*') >= 0 // its ban would be a pattern
                || connects.add(clientId, now, rule.within().toMillis()) <= rule.connects()) {
            return null;
        }
        connects.forget(clientId);
        Ban ban =
                new Ban(
                        new Target(null, null, clientId),
                        wallMillis + rule.ban().toMillis(),
                        "it connected more than %d times within %d s"
                                .formatted(rule.connects(), rule.within().toSeconds()));
        return bans.addAutomatic(ban, wallMillis) ? ban : null;
    }
}
