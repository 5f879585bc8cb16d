package io.godwit.gateway.sn;

import io.godwit.broker.shard.TimerWheel;

/**
 * How long a client may be silent: while it is asked for its will, by its keep alive, and while it
 * sleeps (§7.2). On the gateway's loop only.
 */
final class Patience extends TimerWheel.Timer {

    private final Device device;
    private boolean asked;
    private int seconds;
    private long lastHeard;

    Patience(Device device) {
        this.device = device;
    }

    /** The client was asked something. */
    void expectAnswer() {
        asked = true;
        set(device.gateway().settings().retry().toMillis());
    }

    /** From now on the client may be silent for so many seconds, and the tolerance; 0 for ever. */
    void watch(int silence) {
        asked = false;
        seconds = silence;
        lastHeard = device.gateway().now();
        stop();
        if (silence > 0) {
            set(allowed());
        }
    }

    /** As {@link #watch}, for as long as before. */
    void watchAgain() {
        watch(seconds);
    }

    /** The client has said something. */
    void heard() {
        lastHeard = device.gateway().now();
    }

    void stop() {
        device.gateway().cancel(this);
    }

    private void set(long millis) {
        device.gateway().after(millis, this);
    }

    private long allowed() {
        return device.dialect().tolerated(seconds);
    }

    @Override
    protected void fire() {
        if (asked) {
            device.promptUnanswered();
            return;
        }
        long left = lastHeard + allowed() - device.gateway().now();
        if (left > 0) {
            set(left);
        } else {
            device.lost("it was silent for %.1f s".formatted(allowed() / 1000.0));
        }
    }
}
