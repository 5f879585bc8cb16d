package io.godwit.broker.simulation;

import io.godwit.broker.simulation.Promises.Sent;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The wills of a client (§3.1.2.5): each is published once at most; that of a session which
 * outlives the process is published unless the client comes back in time or withdraws it.
 */
final class Testament {

    private static final long TOLERANCE = 1_500;

    private enum State {
        /** There is no will, or it is not known what becomes of it. */
        UNKNOWN,
        /** CONNACK came: the broker has it. */
        HELD,
        /** The connection is gone without DISCONNECT. */
        DUE,
        /** DISCONNECT was sent. */
        WITHDRAWN
    }

    private final CrashWorld world;
    private final CrashClient.Role role;
    private final Random random;
    private State state = State.UNKNOWN;
    private @Nullable Sent will;
    private long delayMillis;
    private int number;

    /** When the broker had certainly noticed that the connection is gone; -1 for not yet. */
    private long noticedAt = -1;

    Testament(CrashWorld world, CrashClient.Role role, Random random) {
        this.world = world;
        this.role = role;
        this.random = random;
    }

    /** Adds a will to CONNECT, or none; what an earlier one was to become is open now. */
    void connecting(ConnectBuilder connect) {
        state = State.UNKNOWN;
        will = null;
        if (!role.wills() || random.nextInt(3) == 0) {
            return;
        }
        int qos = 1 + random.nextInt(2);
        String topic = "w/" + role.clientId();
        String text = "will of " + role.clientId() + ":" + number;
        long sentAt = world.promises().tick();
        Sent sent =
                new Sent(
                        text, topic, role.clientId(), number++, qos, sentAt, Promises.NEVER, false);
        world.promises().sent(sent);
        will = sent;
        Properties properties = Properties.NONE;
        delayMillis = 0;
        if (role.version().isV5() && random.nextBoolean()) {
            long seconds = 1 + random.nextInt(20);
            delayMillis = seconds * 1000;
            properties = properties.with(Property.WILL_DELAY_INTERVAL, seconds);
        }
        connect.will(Packets.will(topic, text, qos, false, properties));
    }

    /**
     * CONNACK came.
     *
     * @param certain false if the will may be lost, or go with another connection
     */
    void connected(boolean certain) {
        state = certain && will != null ? State.HELD : State.UNKNOWN;
    }

    /** The connection is gone. */
    void closed() {
        state = state == State.HELD ? State.DUE : State.UNKNOWN;
        noticedAt = -1;
    }

    /** DISCONNECT is sent. */
    void withdraw() {
        state = state == State.HELD ? State.WITHDRAWN : State.UNKNOWN;
    }

    /** The connection was taken over or closed by the broker, which may publish it or not. */
    void unknown() {
        state = State.UNKNOWN;
    }

    /** The broker has crashed. */
    void crashed() {
        if (state == State.DUE) {
            noticedAt = noticedAt < 0 ? world.monotonic() : noticedAt;
        } else {
            state = State.UNKNOWN;
        }
    }

    /** The broker has come to rest. */
    void quiet() {
        Sent sent = will;
        if (sent == null) {
            return;
        }
        if (world.hasTrouble()) {
            state = State.UNKNOWN;
        } else if (state == State.WITHDRAWN) {
            world.promises().withdrawn(sent);
            state = State.UNKNOWN;
        } else if (state == State.DUE) {
            noticedAt = noticedAt < 0 ? world.monotonic() : noticedAt;
            if (isSurelyPublished()) {
                world.promises().acknowledged(sent, false, world.wall());
                state = State.UNKNOWN;
            }
        }
    }

    private boolean isSurelyPublished() {
        boolean restarted = world.startedAt() >= noticedAt;
        long since = restarted ? world.startedAt() : noticedAt;
        long wait = restarted ? Math.max(delayMillis, world.graceMillis()) : delayMillis;
        return world.monotonic() - since > wait + TOLERANCE;
    }
}
