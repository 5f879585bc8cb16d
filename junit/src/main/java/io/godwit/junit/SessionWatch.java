package io.godwit.junit;

import io.godwit.broker.Inspection.SessionView;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the sessions of a broker, again and again where something is awaited. Safe from any
 * thread.
 */
final class SessionWatch {

    /** How long between two looks while something is awaited. */
    private static final long LOOK_AGAIN_NANOS = 1_000_000;

    private final RunningBroker broker;

    SessionWatch(RunningBroker broker) {
        this.broker = broker;
    }

    /** The Client Identifiers of those that are wanted, in the order of the alphabet. */
    List<String> clientIds(Predicate<SessionView> wanted) {
        return all().stream().filter(wanted).map(SessionView::clientId).sorted().toList();
    }

    /** The session of a client, or null. */
    @Nullable SessionView find(String clientId) {
        return all().stream()
                .filter(session -> session.clientId().equals(clientId))
                .findFirst()
                .orElse(null);
    }

    private List<SessionView> all() {
        return broker.isRunning() ? broker.answer(broker.inspection().sessions()) : List.of();
    }

    boolean isConnected(String clientId) {
        SessionView session = find(clientId);
        return session != null && session.isConnected();
    }

    boolean hasSubscribed(String clientId, String filter) {
        SessionView session = find(clientId);
        return session != null && session.filters().contains(filter);
    }

    /** Why {@link #hasSubscribed} is false. */
    String instead(String clientId, String filter) {
        SessionView session = find(clientId);
        return session == null
                ? "%s has no session".formatted(clientId)
                : "%s has not subscribed to %s, but to %s"
                        .formatted(clientId, filter, session.filters());
    }

    /** Who is connected, in words. */
    String whoIsThere() {
        if (!broker.isRunning()) {
            return "the broker is stopped";
        }
        List<String> clients = clientIds(SessionView::isConnected);
        return clients.isEmpty()
                ? "no client is connected"
                : "connected are " + String.join(", ", clients);
    }

    /**
     * Waits until a condition holds.
     *
     * @throws AssertionError if it does not in time, with what is the case instead
     */
    void await(BooleanSupplier condition, Supplier<String> otherwise) {
        Duration patience = broker.settings().patience();
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() >= end) {
                throw new AssertionError(
                        "%s within %d s; %s"
                                .formatted(otherwise.get(), patience.toSeconds(), whoIsThere()));
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }
}
