package io.godwit.broker.spi;

import io.godwit.codec.TopicName;
import org.jspecify.annotations.Nullable;

/** The store of one shard's sessions. On the shard's loop only. */
public interface ShardStore {

    /**
     * The log of a new session.
     *
     * @param keep false for a session that ends with its connection: nothing is stored for it
     */
    SessionLog open(String clientId, boolean keep, SessionLog.Owner owner);

    /** The log of a queue that a shared subscription has while its members are offline. */
    SessionLog openShared(String filter, SessionLog.Owner owner);

    /** The log of a session, or of a shared subscription, that was found at the start. */
    SessionLog reopen(RecoveredSession recovered, SessionLog.Owner owner);

    /**
     * Starts the storing of a message, which is {@link Message#storing} from now on: what is added
     * for it until {@link Publication#added} is stored together. Does nothing where nothing has to
     * be stored.
     */
    void begin(Message message);

    /** The retained message of a topic was removed without another message being the cause. */
    void retainedRemoved(TopicName topic);

    /**
     * Does something once every change that this shard has told so far is stored; at once where
     * nothing is left to wait for. In the order of the calls.
     */
    void whenStored(Stored then);

    /** Why a message that would have to be stored cannot be accepted now, or null. */
    @Nullable StoreFailure refusal();

    /**
     * Whether so much waits to be written that publishers should not be read; what is added all the
     * same is taken.
     */
    boolean isBehind();

    /** Runs an action on this shard when the store is not behind. */
    void whenCaughtUp(Runnable action);
}
