package io.godwit.broker.session;

import io.godwit.broker.control.SubscriptionState;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.Delivery;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.Share;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import org.jspecify.annotations.Nullable;

/**
 * One subscription of a session (§3.8). Immutable but for whether it is still in force, which only
 * the session's shard changes and reads.
 */
public final class Subscription implements Subscriber {

    private final Session session;
    private final SubscriptionRequest request;
    private final int[] ids;
    private final @Nullable Share share;
    private boolean active = true;
    private @Nullable Subscription successor;

    /**
     * A subscription in force.
     *
     * @param subscriptionId 1 to 268,435,455, or 0 for none
     * @param share the shared subscription that it is a membership of, or null
     */
    public Subscription(
            Session session,
            SubscriptionRequest request,
            int subscriptionId,
            @Nullable Share share) {
        this.session = session;
        this.request = request;
        this.ids = subscriptionId == 0 ? Delivery.NO_IDS : new int[] {subscriptionId};
        this.share = share;
    }

    /** The session that holds it. */
    public Session session() {
        return session;
    }

    /** Its Topic Filter. */
    public TopicFilter filter() {
        return request.filter();
    }

    /** What was asked for in SUBSCRIBE. */
    public SubscriptionRequest request() {
        return request;
    }

    /** The shared subscription that it is a membership of, or null. */
    public @Nullable Share share() {
        return share;
    }

    /** Ends it: nothing is delivered through it any more [v5 MQTT-3.10.4-2]. */
    void end() {
        active = false;
    }

    /** Ends it in favour of another one: what was matched with it is delivered through that. */
    void replaceBy(Subscription newer) {
        active = false;
        successor = newer;
    }

    /** Itself, or what has replaced it. */
    Subscription current() {
        Subscription current = this;
        while (current.successor != null) {
            current = current.successor;
        }
        if (successor != null) {
            successor = current; // the way is short the next time, however often it is replaced
        }
        return current;
    }

    /** As an administrator sees it. */
    public SubscriptionState look() {
        return ClientViews.subscription(this);
    }

    /** Its Subscription Identifier, or 0. */
    int id() {
        return ids.length == 0 ? 0 : ids[0];
    }

    /** Its Subscription Identifier in an array of one, or an empty array. */
    int[] ids() {
        return ids;
    }

    /** The RETAIN flag that a forwarded message has [v5 MQTT-3.3.1-12], [v5 MQTT-3.3.1-13]. */
    boolean retains(Message message) {
        return request.retainAsPublished() && message.retain();
    }

    /** Whether a message may pass: not one's own where No Local is set [v5 MQTT-3.8.3-3]. */
    boolean admits(Message message) {
        return active && !(request.noLocal() && message.publisher().equals(session.clientId()));
    }

    @Override
    public Shard home() {
        return session.home();
    }

    @Override
    public boolean isFull(long wallMillis) {
        return request.maximumQos() > 0 && session.isFull(wallMillis);
    }

    @Override
    public boolean isKept() {
        return request.maximumQos() > 0 && session.isKept();
    }

    @Override
    public boolean deliver(Message message) {
        if (successor != null) {
            return current().deliver(message);
        }
        if (!admits(message)) {
            return false;
        }
        int qos = Math.min(message.qos(), request.maximumQos()); // [v5 MQTT-3.8.4-8]
        return session.deliver(message, qos, retains(message), ids, null);
    }

    /** Delivers a message for which the shared subscription chose this member. */
    public void deliverShared(Message message) {
        Share group = share;
        if (group == null) {
            throw new IllegalStateException(filter() + " is not a shared subscription");
        }
        if (!active || !session.isConnected()) {
            group.takeBack(message);
            return;
        }
        int qos = Math.min(message.qos(), request.maximumQos()); // [v5 MQTT-4.8.2-3]
        session.deliver(message, qos, retains(message), ids, group);
    }
}
