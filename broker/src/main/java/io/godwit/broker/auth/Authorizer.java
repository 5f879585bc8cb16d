package io.godwit.broker.auth;

import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;

/** Decides what a client may do. Called on event loops, which it must not block. */
public interface Authorizer {

    /** Whether a client may publish on a topic, also by its will. */
    boolean mayPublish(Identity identity, TopicName topic);

    /** Whether a client may subscribe to a filter. */
    boolean maySubscribe(Identity identity, TopicFilter filter);
}
