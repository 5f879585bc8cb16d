package io.godwit.broker.spi;

import io.godwit.broker.shard.Shard;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.Will;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway can do with a connection that a transport cannot: its clients may sleep, and
 * change their will. As all of {@link Receiver} on the loop that the wire is on, and never from
 * within a call to the wire.
 */
public interface GatewayReceiver extends Receiver {

    /**
     * Whether messages for the client wait in its session, under the limits and with the durability
     * of any queue; QoS 0 as well. What is answered to the client's own packets is sent all the
     * same. Before CONNACK it has no effect.
     */
    void hold(boolean waiting);

    /** Whether nothing waits for the client, and nothing that was sent is unacknowledged. */
    boolean isDrained();

    /**
     * Replaces the will of the session; for a client that is connected.
     *
     * @param will null for none
     * @param done told, on this loop, once it is stored; {@link ReasonCode#SUCCESS} or why it stays
     *     as it was
     */
    void will(@Nullable Will will, Consumer<ReasonCode> done);

    /** Accepts what comes through a gateway. */
    interface Acceptor extends Receiver.Acceptor {

        @Override
        GatewayReceiver accept(Wire wire, Shard shard, Place place);
    }
}
