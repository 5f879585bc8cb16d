package io.godwit.broker.spi;

import io.godwit.codec.TopicFilter;

/** A shared subscription (§4.8.2) as the sessions of its members see it. Safe from any thread. */
public interface Share {

    /** Its filter, ShareName included. */
    TopicFilter filter();

    /** A member can receive again: what waits may be sent to it. */
    void memberReady();

    /** Takes back a message that a member can no longer receive, for another member. */
    void takeBack(Message message);
}
