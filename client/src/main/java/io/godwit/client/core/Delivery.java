package io.godwit.client.core;

import io.godwit.client.ReceivedMessage;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message that came, until everyone is done with it and it is acknowledged. */
final class Delivery implements ReceivedMessage.Acknowledgement {

    private final Inbound inbound;
    private final Publish publish;
    private final ReceivedMessage message;
    private final boolean manual;
    private final int session;

    /** The connection by which it is to be acknowledged; an earlier one when that has ended. */
    @Nullable Connection connection;

    /** How many have it and are not done. */
    int open;

    /** Whether one of them has thrown an exception. */
    boolean failed;

    /** What it is acknowledged with, once that is known. */
    @Nullable ReasonCode answer;

    /**
     * Made when it comes.
     *
     * @param session the number of the session by which it came
     */
    Delivery(
            Inbound inbound,
            Publish publish,
            List<Receiver> receivers,
            @Nullable Connection connection,
            int session) {
        this.inbound = inbound;
        this.publish = publish;
        this.message = new ReceivedMessage(publish, this);
        this.manual = receivers.stream().anyMatch(Receiver::isManual);
        this.connection = connection;
        this.session = session;
        this.open = receivers.size();
    }

    ReceivedMessage message() {
        return message;
    }

    int qos() {
        return publish.qos();
    }

    int packetId() {
        return publish.packetId();
    }

    boolean isManual() {
        return manual;
    }

    int session() {
        return session;
    }

    /** What it counts against the bounds, in bytes. */
    long bytes() {
        return (long) publish.payload().length + publish.topic().bytes().length;
    }

    @Override
    public void acknowledge(ReasonCode reasonCode) {
        inbound.acknowledge(this, reasonCode);
    }

    /** One of those who have it is done with it; any thread. */
    void finished() {
        inbound.finished(this, false);
    }

    /** One of those who have it has thrown an exception; any thread. */
    void failed() {
        inbound.finished(this, true);
    }
}
