package io.godwit.broker.connection;

import io.godwit.codec.Packet;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * PUBACK and PUBREC to one client in the order of its PUBLISH packets, whatever the order in which
 * the messages are stored [v5 MQTT-4.6.0-2], [v5 MQTT-4.6.0-3]. On the connection's loop only.
 */
final class Acknowledgements {

    private final Consumer<Packet> out;

    /** Null while none has ever waited, as with most clients. */
    private @Nullable ArrayDeque<Place> waiting;

    /**
     * None wait.
     *
     * @param out sends one
     */
    Acknowledgements(Consumer<Packet> out) {
        this.out = out;
    }

    /** The place of an acknowledgement that cannot be sent yet. */
    static final class Place {
        private @Nullable Packet packet;
    }

    /** Sends an acknowledgement behind those that wait. */
    void send(Packet packet) {
        if (waiting == null || waiting.isEmpty()) {
            out.accept(packet);
        } else {
            fill(reserve(), packet);
        }
    }

    /** Keeps a place for one that is to be filled in later. */
    Place reserve() {
        Place place = new Place();
        if (waiting == null) {
            waiting = new ArrayDeque<>(2);
        }
        waiting.addLast(place);
        return place;
    }

    /** Fills a place in, and sends what may be sent. */
    void fill(Place place, Packet packet) {
        place.packet = packet;
        ArrayDeque<Place> places = Objects.requireNonNull(waiting, "no place was reserved");
        Place first;
        while ((first = places.peekFirst()) != null && first.packet != null) {
            Packet next = first.packet;
            places.removeFirst();
            out.accept(next);
        }
    }
}
