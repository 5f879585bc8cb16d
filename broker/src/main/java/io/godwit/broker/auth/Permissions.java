package io.godwit.broker.auth;

import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;

/**
 * What one client may do. Made when it connects and again when the rules change. Called on event
 * loops, which it must not block; safe for every thread.
 */
public interface Permissions {

    /** Whether it may publish on a topic, at this QoS, and with the RETAIN flag if that is set. */
    Verdict publish(TopicName topic, int qos, boolean retain);

    /** The same for its Will Message. */
    Verdict will(TopicName topic, int qos, boolean retain);

    /**
     * Whether it may subscribe to a filter; the QoS that is granted is no more than the verdict's.
     */
    Verdict subscribe(TopicFilter filter);

    /** Whether a message on a topic may be delivered to it. */
    Verdict receive(TopicName topic);

    /** Whether {@link #receive} allows everything, so that it need not be asked. */
    boolean receivesAll();
}
