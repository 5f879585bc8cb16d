package io.godwit.gateway.sn;

import io.godwit.broker.shard.TimerWheel;
import io.godwit.gateway.sn.codec.SnMessage;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Clients that are said to be elsewhere. Anyone can write any client identifier and any address
 * into a datagram, so an active client is asked first where it was, and what is sent to a new
 * address waits for an answer from there. On the gateway's loop only.
 */
final class Moves {

    /** Milliseconds that a client has to show that it is still where it was. */
    private static final long PROBE = 2_000;

    /** A client is asked whether it is still where it was. */
    private final class Probe extends TimerWheel.Timer {

        private final Device holder;
        private final Runnable gone;
        private final Runnable there;

        Probe(Device holder, Runnable gone, Runnable there) {
            this.holder = holder;
            this.gone = gone;
            this.there = there;
        }

        @Override
        protected void fire() {
            probes.remove(holder);
            gone.run();
        }
    }

    /**
     * A client that is asked where it wants to be.
     *
     * @param asleep whether it was asleep then
     * @param pingId what it was asked
     * @param message what it has said there
     */
    private record Move(Device device, boolean asleep, int pingId, SnMessage message) {}

    private final SnGateway gateway;
    private final Map<Device, Probe> probes = new HashMap<>();
    private final Map<Peer, Move> moves = new HashMap<>();
    private final Map<Device, Peer> moving = new HashMap<>();

    Moves(SnGateway gateway) {
        this.gateway = gateway;
    }

    /** Whether a client is asked already. */
    boolean isProbed(Device holder) {
        return probes.containsKey(holder);
    }

    /**
     * Asks a client whether it is still where it was.
     *
     * @param gone what is done if it does not answer
     * @param there what is done if it does
     */
    void probe(Device holder, Runnable gone, Runnable there) {
        Probe probe = new Probe(holder, gone, there);
        probes.put(holder, probe);
        holder.send(new SnMessage.PingRequest(newPingId(holder), null));
        gateway.after(PROBE, probe);
    }

    /** A client has said something where it was. */
    void present(Device device) {
        cancel(device);
        Probe probe = probes.remove(device);
        if (probe != null) {
            gateway.cancel(probe);
            gateway.count(SnCounter.RIVALS_REFUSED);
            probe.there.run();
        }
    }

    /** Asks a client where it wants to be; what it has said there is taken once it answers. */
    void ask(Peer there, Device device, SnMessage message) {
        cancel(device);
        int pingId = newPingId(device);
        Move other = moves.put(there, new Move(device, device.isAsleep(), pingId, message));
        if (other != null) {
            moving.remove(other.device());
        }
        moving.put(device, there);
        gateway.send(there, new SnMessage.PingRequest(pingId, null));
    }

    /** One that nobody can guess, where there are any. */
    private int newPingId(Device device) {
        return device.dialect() == Dialect.V1_2 ? 0 : gateway.randomId() + 1;
    }

    private void cancel(Device device) {
        Peer there = moving.remove(device);
        if (there != null) {
            moves.remove(there);
        }
    }

    /** The client that was asked at an address; null if none was. */
    @Nullable Device askedAt(Peer there) {
        Move move = moves.get(there);
        return move == null ? null : move.device();
    }

    /** The client that was asked there and has answered, which is there from now on; or null. */
    @Nullable Device answered(Peer there, SnMessage.PingResponse response) {
        Move move = moves.get(there);
        if (move == null
                || move.pingId() != response.messageId()
                || move.asleep() != move.device().isAsleep()) {
            return null;
        }
        Device device = move.device();
        cancel(device);
        gateway.count(SnCounter.MOVES);
        gateway.move(device, there);
        device.receive(move.message());
        return device;
    }

    /** A client is gone. */
    void forget(Device device) {
        cancel(device);
        Probe probe = probes.remove(device);
        if (probe != null) {
            gateway.cancel(probe);
        }
    }
}
