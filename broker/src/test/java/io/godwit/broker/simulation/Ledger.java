package io.godwit.broker.simulation;

import io.godwit.broker.simulation.Promises.Sent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What a subscriber, or the members of a shared subscription together, are owed and have got. All
 * its subscriptions have the same QoS.
 */
public final class Ledger {

    private final String name;
    private final int qos;
    private final boolean ordered;
    private final boolean kept;

    /** Filters for which there is a subscription for certain, and since when. */
    private final Map<String, Long> subscribed = new LinkedHashMap<>();

    private final Map<String, Sent> owed = new LinkedHashMap<>();
    private final Set<String> got = new HashSet<>();

    /** The last number that came of each publisher's messages on a topic at a QoS. */
    private final Map<String, Integer> last = new HashMap<>();

    private long sessionSince;
    private boolean settled;

    /**
     * An empty one.
     *
     * @param ordered false if several clients get their parts
     * @param kept false if its sessions end with their connections: it gets messages before they
     *     are stored, and so again if they could not be
     */
    public Ledger(String name, int qos, boolean ordered, boolean kept) {
        this.name = name;
        this.qos = qos;
        this.ordered = ordered;
        this.kept = kept;
    }

    int qos() {
        return qos;
    }

    /** All that has come was acknowledged: nothing of it may come again. */
    void settled() {
        settled = true;
    }

    /** The session has ended, or may have: nothing is owed any more. */
    void sessionLost() {
        subscribed.clear();
        owed.clear();
    }

    /** A new session began: what was acknowledged before does not belong to it. */
    public void sessionBegan(long at) {
        sessionLost();
        sessionSince = at;
        if (!kept) {
            got.clear();
            last.clear();
        }
    }

    /** SUBACK came. */
    public void subscribed(String filter, long at) {
        subscribed.putIfAbsent(filter, at);
    }

    /** UNSUBSCRIBE is sent. */
    void unsubscribing(String filter) {
        subscribed.remove(filter);
    }

    /** Whether there is a subscription for certain. */
    public boolean isSubscribed(String filter) {
        return subscribed.containsKey(filter);
    }

    boolean hasGot(Sent sent) {
        return got.contains(sent.text);
    }

    /** A message was acknowledged: it is owed if there was a subscription all the while. */
    void owe(Sent sent) {
        if (Math.min(sent.qos, qos) == 0 || sent.expires() || sent.removes || hasGot(sent)) {
            return;
        }
        if (isSubscribedSince(sent)) {
            owed.put(sent.text, sent);
        }
    }

    /** Whether there is a subscription that matched already when a message was sent first. */
    private boolean isSubscribedSince(Sent sent) {
        for (Map.Entry<String, Long> each : subscribed.entrySet()) {
            if (each.getValue() < sent.sentAt && matches(each.getKey(), sent.topic)) {
                return true;
            }
        }
        return false;
    }

    /** Only for filters that end with {@code #}, or with the one {@code +} that they have. */
    private static boolean matches(String filter, String topic) {
        String prefix = filter.substring(filter.startsWith("$share/") ? "$share/g/".length() : 0);
        return prefix.endsWith("#") || prefix.endsWith("+")
                ? topic.startsWith(prefix.substring(0, prefix.length() - 1))
                : topic.equals(prefix);
    }

    /** A message came that is not a retained one of a new subscription. */
    public void take(Sent sent, int deliveredQos) {
        owed.remove(sent.text);
        if (deliveredQos != Math.min(sent.qos, qos)) {
            throw new AssertionError("%s got %s at QoS %d".formatted(name, sent, deliveredQos));
        }
        if (sent.withdrawn) {
            throw new AssertionError(name + " got " + sent + ", which should not be published");
        }
        if (sent.acknowledgedAt < sessionSince) {
            throw new AssertionError(
                    "%s got %s, but its session is of %d".formatted(name, sent, sessionSince));
        }
        boolean first = got.add(sent.text);
        // a QoS 1 message may be sent again by its publisher, or to the subscriber
        boolean once = deliveredQos == 2 || deliveredQos == 0 && sent.qos != 1;
        once &= kept || !sent.sentAgain;
        if (!first && (once || settled)) {
            throw new AssertionError(name + " got twice: " + sent);
        }
        if (first && ordered && keepsOrder(sent, deliveredQos)) {
            checkOrder(sent);
        }
    }

    /** Whether the first copy that it was sent must have come first, before any later message. */
    private boolean keepsOrder(Sent sent, int deliveredQos) {
        boolean mayMiss = deliveredQos == 0 && sent.qos == 1 || sent.expires();
        boolean mayBeRefused = sent.sentAgain && (sent.inTrouble || !kept);
        return !mayMiss && !mayBeRefused && (!sent.sentAgain || isSubscribedSince(sent));
    }

    /** The first copies of each publisher's messages on a topic come in order, for each QoS. */
    private void checkOrder(Sent sent) {
        String stream = sent.publisher + ":" + sent.topic + ":" + sent.qos;
        Integer before = last.put(stream, sent.number);
        if (before != null && before > sent.number) {
            throw new AssertionError(name + " got " + sent + " after number " + before);
        }
    }

    /** Whether anything is to come. */
    public boolean isOwed() {
        return !owed.isEmpty();
    }

    void checkNothingIsOwed() {
        if (!owed.isEmpty()) {
            throw new AssertionError(
                    "%s has not got %d messages, the first of them %s"
                            .formatted(name, owed.size(), owed.values().iterator().next()));
        }
    }
}
