package io.godwit.broker.session;

import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.Message;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Several subscriptions of one session that match the same topic: the message is delivered once, at
 * the highest QoS, with all identifiers [v5 MQTT-3.3.4-2], [v5 MQTT-3.3.4-3], [v5 MQTT-3.3.4-4].
 */
public final class Overlap implements Subscriber {

    private final Subscription[] subscriptions;

    /** The overlap of at least two subscriptions of one session, none of them shared. */
    public Overlap(List<Subscription> subscriptions) {
        this.subscriptions = subscriptions.toArray(new Subscription[0]);
    }

    @Override
    public Shard home() {
        return subscriptions[0].home();
    }

    @Override
    public boolean isFull(long wallMillis) {
        for (Subscription subscription : subscriptions) {
            if (subscription.isFull(wallMillis)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean isKept() {
        for (Subscription subscription : subscriptions) {
            if (subscription.isKept()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean deliver(Message message) {
        int qos = -1;
        boolean retain = false;
        int[] ids = new int[subscriptions.length];
        int found = 0;
        Set<Subscription> seen = null;
        for (Subscription matched : subscriptions) {
            Subscription subscription = matched.current();
            if (subscription != matched) { // it was replaced, perhaps by one that matched as well
                seen = seen == null ? all() : seen;
                if (!seen.add(subscription)) {
                    continue;
                }
            }
            if (!subscription.admits(message)) {
                continue;
            }
            qos = Math.max(qos, subscription.request().maximumQos());
            retain |= subscription.retains(message);
            for (int id : subscription.ids()) {
                ids[found++] = id;
            }
        }
        if (qos < 0) {
            return false;
        }
        int[] all = found == ids.length ? ids : Arrays.copyOf(ids, found);
        return subscriptions[0]
                .session()
                .deliver(message, Math.min(message.qos(), qos), retain, all, null);
    }

    private Set<Subscription> all() {
        Set<Subscription> all = Collections.newSetFromMap(new IdentityHashMap<>());
        Collections.addAll(all, subscriptions);
        return all;
    }
}
