package io.godwit.gateway.sn;

import io.godwit.gateway.sn.Device.State;
import io.godwit.gateway.sn.codec.SnMessage;
import org.jspecify.annotations.Nullable;

/**
 * A client that sleeps (§6.14): what comes for it waits in its session until it wakes up. On the
 * gateway's loop only.
 */
final class Sleep {

    /** What PINGRESP says of messages that nobody has counted. */
    private static final int SOME = 255;

    private final Device device;

    /** Of PINGREQ that has woken it up; its answer is the end of being awake. */
    private int wakeId;

    /** How many messages it may be sent before it sleeps on. */
    private int wanted;

    /** Whether the session had nothing more. */
    private boolean drained;

    Sleep(Device device) {
        this.device = device;
    }

    private SnGateway gateway() {
        return device.gateway();
    }

    /**
     * Falls asleep.
     *
     * @return the seconds that are granted, which may be less
     */
    int begin(long seconds) {
        int most = (int) Math.min(65_535, gateway().settings().maximumSleep().toSeconds());
        if (seconds > most) {
            gateway().count(SnCounter.SLEEPS_CAPPED);
        }
        int granted = (int) Math.min(seconds, most);
        gateway().count(SnCounter.SLEEPS);
        rest();
        device.patience().watch(granted);
        return granted;
    }

    /** Sleeps, and is sent nothing. */
    private void rest() {
        device.become(State.ASLEEP);
        drained = false;
        device.outgoing().rest();
        device.wire().hold(true);
    }

    /** It is active again. */
    void end() {
        device.wire().hold(false);
    }

    /**
     * PINGREQ of a sleeping client: what has waited is sent, and PINGRESP then.
     *
     * @param most how many messages it takes; null or 0 for all
     */
    void wake(int pingId, @Nullable Integer most) {
        wakeId = pingId;
        if (device.isAsleep()) {
            gateway().count(SnCounter.WAKES);
            device.become(State.AWAKE);
            wanted = most == null || most == 0 ? Integer.MAX_VALUE : most;
            drained = false;
            device.patience().heard();
            device.outgoing().resume();
            device.wire().drain(false);
        } else { // what it waits for may have expired meanwhile
            device.wire().drain(true);
        }
    }

    /** Whether a client that woke up wants another message. */
    boolean wantsMore() {
        return wanted > 0;
    }

    /** It is sent one. */
    void sending() {
        wanted--;
    }

    /** The session has nothing more for it. */
    void drained() {
        drained = true;
        settled();
    }

    /** Nothing is under way: a client that woke up may have all, or as much as it wants. */
    void settled() {
        if (device.state() != State.AWAKE) {
            return;
        }
        boolean isIdle = device.outgoing().isIdle();
        if (isIdle && drained) {
            sleepOn(0);
        } else if (!isIdle && !wantsMore()) {
            device.wire().hold(true);
            sleepOn(SOME);
        }
    }

    private void sleepOn(int remaining) {
        device.become(State.ASLEEP);
        drained = false;
        device.send(new SnMessage.PingResponse(wakeId, remaining));
        device.patience().watchAgain();
    }

    /** It does not answer, sleeps on, and gets what has waited when it wakes up again. */
    void unanswered() {
        gateway().count(SnCounter.SLEEPERS_UNANSWERED);
        rest();
    }
}
