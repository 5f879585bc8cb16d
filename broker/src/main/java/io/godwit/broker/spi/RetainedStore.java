package io.godwit.broker.spi;

import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The retained messages (§3.3.1.3), at most one for each Topic Name. All methods may be called from
 * any thread; reading takes no lock. A message whose expiry has passed is found until {@link
 * #removeExpired} comes to it: the reader compares it with its own clock.
 */
public interface RetainedStore {

    /** What became of a message to be retained. */
    enum Outcome {
        /** It is the first one of its topic. */
        STORED,
        /** It took the place of an older one. */
        REPLACED,
        /**
         * It would have gone beyond the limit on messages or on bytes. Nothing changed: an older
         * message of the topic is still there, and the caller decides whether to remove it.
         */
        REFUSED
    }

    /**
     * Retains a message for its topic. Of two at the same time one is left in the end, and each
     * outcome is true of the order in which they came.
     */
    Outcome put(Message message);

    /** Removes the message of a topic; false if there was none. */
    boolean remove(TopicName topic);

    /** The message of a topic, or null. */
    @Nullable Message get(TopicName topic);

    /**
     * Passes on the messages whose topic the filter matches (§4.7; its share name is not looked
     * at), in no order. A message that is there all the while is found once; of one that comes,
     * goes or is replaced meanwhile the older, the newer or none.
     *
     * @return how many levels of topics were looked at, as a measure of the work
     */
    int match(TopicFilter filter, Consumer<? super Message> found);

    /** How many there are. */
    long count();

    /** The sum of their {@link Message#size}. */
    long bytes();

    /**
     * Goes on looking for expired messages where the call before has stopped, and removes them.
     * Called again and again it comes to all of them; a call while another one is at work does
     * nothing.
     *
     * @param now milliseconds of the wall clock
     * @param budget how many topics and levels of topics to look at, 1 or more
     * @param removed is given the topic of each message that was removed
     */
    void removeExpired(long now, int budget, Consumer<? super TopicName> removed);
}
