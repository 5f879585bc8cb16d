package io.godwit.broker.connection;

import io.godwit.codec.Packet;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * PUBACK and PUBREC to one client in the order of its PUBLISH packets, whatever the order in which
 * the messages are stored [v5 MQTT-4.6.0-2], [v5 MQTT-4.6.0-3]; and other answers that wait for the
 * store. On the connection's loop only.
 */
final class Acknowledgements {

    private final Connection connection;

    /** Null while none has ever waited, as with most clients. */
    private @Nullable ArrayDeque<Place> waiting;

    /** None wait. */
    Acknowledgements(Connection connection) {
        this.connection = connection;
    }

    /** The place of an acknowledgement that cannot be sent yet. */
    static final class Place {
        private @Nullable Packet packet;
    }

    /**
     * Does something once all that the client has changed is stored; its connection is closed if
     * that is not possible, so that the client tries again.
     */
    void whenStored(Runnable then) {
        connection
                .session()
                .whenStored(failure -> {
                    if (failure == null) {
                        then.run();
                    } else {
                        connection.close(failure.reasonCode(), failure.why());
                    }
                });
    }

    /** Sends an acknowledgement behind those that wait. */
    void send(Packet packet) {
        if (waiting == null || waiting.isEmpty()) {
            connection.answer(packet);
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
            connection.answer(next);
        }
    }
}
