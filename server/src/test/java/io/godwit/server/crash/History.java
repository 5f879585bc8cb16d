package io.godwit.server.crash;

import io.godwit.server.crash.Event.Acknowledged;
import io.godwit.server.crash.Event.Anomaly;
import io.godwit.server.crash.Event.Connected;
import io.godwit.server.crash.Event.Delivered;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** All events in the order in which they were seen. Safe for all threads. */
final class History {

    private static final long GIVE_UP_SECONDS = 60;

    private final List<Event> events = new ArrayList<>();
    private final Set<String> sessions = new HashSet<>();
    private final Map<Stream, Integer> highest = new HashMap<>();
    private final RetainedTopics retained = new RetainedTopics();
    private int acknowledged;
    private int reconnects;
    private boolean broken;
    private boolean stalled;

    /** The messages of a publisher on a topic as a session gets them. */
    private record Stream(String session, String publisher, String topic) {}

    synchronized void add(Event event) {
        events.add(event);
        retained.accept(event);
        switch (event) {
            case Acknowledged _ -> acknowledged++;
            case Anomaly _ -> broken = true;
            case Connected connected -> {
                if (!sessions.add(connected.session())) {
                    reconnects++;
                    broken |= !connected.sessionPresent();
                }
            }
            case Delivered delivered -> {
                Message message = delivered.message();
                highest.merge(
                        new Stream(delivered.session(), message.publisher(), message.topic()),
                        message.number(),
                        Math::max);
            }
            default -> {}
        }
        notifyAll();
    }

    /** Lets those who wait look again. */
    synchronized void wake() {
        notifyAll();
    }

    synchronized List<Event> events() {
        return List.copyOf(events);
    }

    /** How many messages have been acknowledged so far. */
    synchronized int acknowledged() {
        return acknowledged;
    }

    /** How often a session that had been connected before was connected again so far. */
    synchronized int reconnects() {
        return reconnects;
    }

    /** The number of the last message of a publisher on a topic that a session got, or 0. */
    synchronized int highest(String session, String publisher, String topic) {
        return highest.getOrDefault(new Stream(session, publisher, topic), 0);
    }

    /** What may be retained now. */
    synchronized Map<String, Set<Integer>> retained() {
        return retained.allowed();
    }

    /** Whether a promise is broken already, so that going on makes no sense. */
    synchronized boolean broken() {
        return broken;
    }

    /** Whether waiting was given up. */
    synchronized boolean stalled() {
        return stalled;
    }

    /**
     * Waits until something is so or a promise is broken. When no event comes for long, that is an
     * anomaly.
     */
    synchronized void await(String what, BooleanSupplier condition) throws InterruptedException {
        long patience = TimeUnit.SECONDS.toNanos(GIVE_UP_SECONDS);
        long lastEvent = System.nanoTime();
        int seen = events.size();
        while (!broken && !condition.getAsBoolean()) {
            wait(TimeUnit.SECONDS.toMillis(1));
            if (events.size() > seen) {
                seen = events.size();
                lastEvent = System.nanoTime();
            } else if (System.nanoTime() - lastEvent > patience) {
                stalled = true;
                add(new Anomaly("everybody", "waits for " + what + " and nothing happens"));
            }
        }
    }
}
