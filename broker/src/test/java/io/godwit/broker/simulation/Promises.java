package io.godwit.broker.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What clients sent and what the broker has answered, and so what it has promised. Its clock counts
 * events, since only their order matters.
 */
public final class Promises {

    /** Of a message that does not expire, or is not acknowledged. */
    public static final long NEVER = Long.MAX_VALUE;

    /** A message that a client sent, or left as its will. */
    public static final class Sent {
        public final String text;
        public final String topic;
        final String publisher;
        final int number;
        public final int qos;

        /** When it was sent first. */
        final long sentAt;

        /** Milliseconds after which nobody should get it, from when the broker has it. */
        final long expiryMillis;

        /** Whether it only removes a retained message. */
        final boolean removes;

        /** When PUBACK or PUBREC came with success. */
        long acknowledgedAt = NEVER;

        /** The wall clock at that time. */
        long acknowledgedAtWall;

        /** Whether it was sent more than once. */
        public boolean sentAgain;

        /** Whether it was sent while the broker may refuse messages, because of its disk. */
        public boolean inTrouble;

        /** Whether nobody may ever get it. */
        boolean withdrawn;

        /** A message that is sent for the first time. */
        public Sent(
                String text,
                String topic,
                String publisher,
                int number,
                int qos,
                long sentAt,
                long expiryMillis,
                boolean removes) {
            this.text = text;
            this.topic = topic;
            this.publisher = publisher;
            this.number = number;
            this.qos = qos;
            this.sentAt = sentAt;
            this.expiryMillis = expiryMillis;
            this.removes = removes;
        }

        boolean expires() {
            return expiryMillis != NEVER;
        }

        /** Whether it should not be sent to anybody at a time of the wall clock. */
        boolean hasExpired(long wall) {
            return acknowledgedAt != NEVER && expires() && wall > acknowledgedAtWall + expiryMillis;
        }

        @Override
        public String toString() {
            return "'%s' (QoS %d, sent at %d, acknowledged at %s)"
                    .formatted(
                            text.length() > 60 ? text.substring(0, 60) + "..." : text,
                            qos,
                            sentAt,
                            acknowledgedAt == NEVER ? "-" : acknowledgedAt);
        }
    }

    /**
     * What may be retained for a topic.
     *
     * @param text null for nothing
     */
    private record Retainable(long sentAt, @Nullable String text) {}

    private final Map<String, Sent> byText = new LinkedHashMap<>();
    private final Map<String, List<Retainable>> retained = new LinkedHashMap<>();
    private final List<Ledger> ledgers = new ArrayList<>();
    private long clock;
    private int acknowledged;

    /** The next moment. */
    public long tick() {
        return ++clock;
    }

    /** The last moment. */
    long now() {
        return clock;
    }

    /** Adds what somebody is owed and has got. */
    public void add(Ledger ledger) {
        ledgers.add(ledger);
    }

    /** A message is sent for the first time. */
    public void sent(Sent sent) {
        byText.put(sent.text, sent);
    }

    /**
     * A message that is to be retained is sent, for the first time or again.
     *
     * @param orNothing whether it may remove what was retained and not be retained itself
     */
    void retaining(Sent sent, boolean orNothing) {
        List<Retainable> possible = retained.computeIfAbsent(sent.topic, Promises::unset);
        possible.add(new Retainable(tick(), sent.removes ? null : sent.text));
        if (orNothing) {
            possible.add(new Retainable(tick(), null));
        }
    }

    private static List<Retainable> unset(String topic) {
        return new ArrayList<>(List.of(new Retainable(0, null)));
    }

    /** The broker has taken responsibility for a message. */
    public void acknowledged(Sent sent, boolean retain, long wall) {
        if (sent.acknowledgedAt != NEVER) {
            return;
        }
        sent.acknowledgedAt = tick();
        sent.acknowledgedAtWall = wall;
        acknowledged++;
        if (retain) { // what was retained before it was sent can't be any longer
            retained.getOrDefault(sent.topic, List.of())
                    .removeIf(each -> each.sentAt < sent.sentAt);
        }
        ledgers.forEach(ledger -> ledger.owe(sent));
    }

    /** Nobody may get a message, now or later. */
    void withdrawn(Sent sent) {
        sent.withdrawn = true;
        for (Ledger ledger : ledgers) {
            if (ledger.hasGot(sent)) {
                throw new AssertionError(sent + " was published though it was withdrawn");
            }
        }
    }

    /** How many messages the broker has taken responsibility for. */
    public int acknowledged() {
        return acknowledged;
    }

    /** The message with a text, which must have been sent. */
    public Sent find(String text) {
        Sent sent = byText.get(text);
        if (sent == null) {
            throw new AssertionError("nobody has sent '" + text + "'");
        }
        return sent;
    }

    /** Fails if a retained message is neither the last acknowledged one nor a later one. */
    void checkRetained(Map<String, String> found) {
        for (String topic : found.keySet()) {
            if (!retained.containsKey(topic)) {
                throw new AssertionError("a message is retained for " + topic);
            }
        }
        retained.forEach((topic, possible) -> {
            String text = found.get(topic);
            if (possible.stream().noneMatch(each -> Objects.equals(each.text, text))) {
                throw new AssertionError(
                        "retained for %s is %s, but it should be one of %s"
                                .formatted(topic, text, possible));
            }
        });
    }

    /** The topics for which messages have been retained. */
    List<String> retainedTopics() {
        return List.copyOf(retained.keySet());
    }

    /** All that has come was acknowledged by those to whom it came. */
    public void settled() {
        ledgers.forEach(Ledger::settled);
    }

    /** Fails if anybody has not got what is owed. */
    public void checkNothingIsOwed() {
        ledgers.forEach(Ledger::checkNothingIsOwed);
    }
}
