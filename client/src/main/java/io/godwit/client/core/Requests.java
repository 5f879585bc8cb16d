package io.godwit.client.core;

import io.godwit.client.MqttException;
import io.godwit.client.RequestRefused;
import io.godwit.client.RequestTimedOut;
import io.godwit.client.Subscribed;
import io.godwit.client.Subscription;
import io.godwit.client.Unsubscribed;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolError;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.codec.Subscribe;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.UnsubAck;
import io.godwit.codec.Unsubscribe;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * SUBSCRIBE and UNSUBSCRIBE: those that wait for a connection, and for an answer. Under the lock.
 */
final class Requests {

    /** Requests that may wait for a connection; another one fails. */
    static final int MOST_WAITING = 10_000;

    private final Engine engine;
    private final PacketIds ids;
    private ArrayDeque<Request> waiting = new ArrayDeque<>();

    /** By Packet Identifier, in the order of sending. */
    private final Map<Integer, Request> sent = new LinkedHashMap<>();

    private @Nullable Connection connection;

    Requests(Engine engine, PacketIds ids) {
        this.engine = engine;
        this.ids = ids;
    }

    /** Sends a request, or lets it wait. */
    void add(Request request) {
        if (connection == null || !waiting.isEmpty()) {
            if (waiting.size() >= MOST_WAITING) {
                request.fail(
                        new MqttException(
                                "%d requests wait for a connection already".formatted(MOST_WAITING),
                                null));
                return;
            }
            waiting.add(request);
        } else {
            send(connection, request);
        }
    }

    /**
     * There is a connection.
     *
     * @param first subscriptions to make anew, before anything else
     */
    void online(Connection now, List<Request> first) {
        connection = now;
        if (!first.isEmpty()) {
            waiting.removeIf(request -> !request.isAskedFor());
        }
        first.forEach(request -> send(now, request));
        sendWaiting(now);
    }

    private void sendWaiting(Connection now) {
        ArrayDeque<Request> all = waiting;
        waiting = new ArrayDeque<>();
        all.forEach(request -> send(now, request));
    }

    private void send(Connection now, Request request) {
        if (request.isDone()) { // nobody waits for it any more
            request.dropped();
            return;
        }
        int packetId = ids.take();
        if (packetId == 0) {
            waiting.add(request); // until an answer frees one
            return;
        }
        Packet packet;
        try {
            packet = request.packet(packetId, now.limits());
        } catch (MqttException refused) {
            ids.free(packetId);
            request.fail(refused);
            return;
        }
        int size = PacketEncoder.encodedSize(packet, engine.settings.version());
        if (size > now.limits().maximumPacketSize()) { // [v5 MQTT-3.2.2-15]
            ids.free(packetId);
            request.fail(
                    new RequestRefused(
                            "%s is %d bytes, and the server takes %d at most (as it said in CONNACK)"
                                    .formatted(
                                            packet.type(), size, now.limits().maximumPacketSize()),
                            ReasonCode.PACKET_TOO_LARGE,
                            Properties.NONE));
            return;
        }
        sent.put(packetId, request);
        request.alarm =
                engine.after(
                        engine.settings.timeout(),
                        () ->
                                request.timedOut(
                                        "%s was not answered within %s"
                                                .formatted(
                                                        packet.type(), engine.settings.timeout())));
        now.send(packet);
    }

    /** The connection has ended: what was not answered is sent again by the next. */
    void offline() {
        connection = null;
        ArrayDeque<Request> all = new ArrayDeque<>();
        sent.forEach((packetId, request) -> {
            ids.free(packetId);
            request.cancelAlarm();
            if (request.isDone()) {
                request.dropped();
            } else {
                all.add(request);
            }
        });
        sent.clear();
        all.addAll(waiting);
        waiting = all;
    }

    void answered(SubAck packet) throws ProtocolError {
        if (take(packet.packetId()) instanceof SubscribeRequest request) {
            request.answered(packet);
        }
    }

    void answered(UnsubAck packet) throws ProtocolError {
        if (take(packet.packetId()) instanceof UnsubscribeRequest request) {
            request.answered(packet);
        }
    }

    private @Nullable Request take(int packetId) {
        Request request = sent.remove(packetId);
        if (request != null) {
            ids.free(packetId);
            request.cancelAlarm();
            if (connection != null && !waiting.isEmpty()) {
                sendWaiting(connection);
            }
        }
        return request;
    }

    boolean isUnanswered() {
        return !sent.isEmpty();
    }

    void close(Throwable why) {
        sent.values().forEach(Request::cancelAlarm);
        sent.values().forEach(request -> request.fail(why));
        waiting.forEach(request -> request.fail(why));
        sent.clear();
        waiting.clear();
    }

    /** A request with its future. */
    abstract static class Request {
        private Timing.@Nullable Alarm alarm;

        abstract Packet packet(int packetId, ServerLimits limits);

        abstract void fail(Throwable why);

        abstract boolean isDone();

        /** Whether somebody waits for it. */
        abstract boolean isAskedFor();

        void timedOut(String why) {
            fail(new RequestTimedOut(why, null));
        }

        /** It was given up, and now the server cannot answer it any more. */
        void dropped() {}

        private void cancelAlarm() {
            if (alarm != null) {
                alarm.cancel();
                alarm = null;
            }
        }
    }

    /** A SUBSCRIBE. */
    static final class SubscribeRequest extends Request {
        private final Engine engine;
        private final List<Subscriptions.Entry> entries;
        private final @Nullable CompletableFuture<Subscribed> future;
        private boolean done;

        /**
         * A request.
         *
         * @param future null if nobody has asked: a subscription that is made anew
         */
        SubscribeRequest(
                Engine engine,
                List<Subscriptions.Entry> entries,
                @Nullable CompletableFuture<Subscribed> future) {
            this.engine = engine;
            this.entries = entries;
            this.future = future;
        }

        @Override
        Packet packet(int packetId, ServerLimits limits) {
            Subscriptions.Group group = entries.getFirst().group();
            boolean identified = limits.subscriptionIdentifiers();
            if (group.isChosen() && !identified && engine.settings.version().isV5()) {
                throw limits.refusal(group.identifier());
            }
            for (Subscriptions.Entry entry : entries) {
                RequestRefused refusal = limits.refusal(entry.filter());
                if (refusal != null) {
                    throw refusal;
                }
                entry.identified = identified;
            }
            return packet(
                    packetId,
                    entries.stream().map(Subscriptions.Entry::subscription).toList(),
                    identified ? group.identifier() : null);
        }

        /** A SUBSCRIBE for these, with the User Properties of all. */
        static Subscribe packet(
                int packetId, List<Subscription> subscriptions, @Nullable Integer identifier) {
            List<SubscriptionRequest> requests = new ArrayList<>();
            Properties.Builder properties = Properties.builder();
            if (identifier != null) {
                properties.add(Property.SUBSCRIPTION_IDENTIFIER, identifier);
            }
            for (Subscription subscription : subscriptions) {
                requests.add(subscription.request());
                properties.addAll(
                        subscription
                                .properties()
                                .only(property -> property == Property.USER_PROPERTY));
            }
            return new Subscribe(packetId, requests, properties.build());
        }

        void answered(SubAck packet) throws ProtocolError {
            List<ReasonCode> codes = packet.reasonCodes();
            if (codes.size() != entries.size()) {
                throw new ProtocolError(
                        "SUBACK: it has %d reason codes for %d subscriptions"
                                .formatted(codes.size(), entries.size()));
            }
            int refused = 0;
            ReasonCode first = ReasonCode.SUCCESS;
            for (int i = 0; i < codes.size(); i++) {
                if (codes.get(i).isError()) {
                    refused++;
                    first = first.isError() ? first : codes.get(i);
                    engine.subscriptions.refused(entries.get(i));
                } else {
                    engine.subscriptions.granted(entries.get(i));
                }
            }
            RequestRefused refusal =
                    new RequestRefused(
                            "the server refuses to subscribe to %s: %s"
                                    .formatted(
                                            entries.stream()
                                                    .map(Subscriptions.Entry::filter)
                                                    .toList(),
                                            Refusals.words(first, packet.properties())),
                            first,
                            packet.properties());
            done = true;
            if (future == null) {
                if (refused > 0) {
                    Log.CLIENT.log(
                            Level.WARNING, refusal.getMessage() + "; it was subscribed before");
                }
                for (int i = 0; i < codes.size(); i++) {
                    if (codes.get(i).isError()) {
                        entries.get(i).refuse(refusal);
                    }
                }
            } else if (refused == codes.size()) {
                engine.completions.fail(future, refusal);
            } else {
                engine.completions.complete(future, new Subscribed(codes, packet.properties()));
            }
        }

        @Override
        void timedOut(String why) {
            if (future != null) { // the server may still answer, and counts then
                engine.completions.fail(future, new RequestTimedOut(why, null));
            }
        }

        @Override
        void dropped() {
            if (!done) {
                entries.forEach(engine.subscriptions::refused);
            }
        }

        @Override
        void fail(Throwable why) {
            done = true;
            entries.forEach(engine.subscriptions::refused);
            if (future != null) {
                engine.completions.fail(future, why);
            } else {
                Log.CLIENT.log(
                        Level.WARNING, "a subscription was not made again: " + why.getMessage());
                for (Subscriptions.Entry entry : entries) {
                    if (why instanceof MqttException refusal) {
                        entry.refuse(refusal);
                    } else {
                        entry.end();
                    }
                }
            }
        }

        @Override
        boolean isDone() {
            return done || future != null && future.isDone();
        }

        @Override
        boolean isAskedFor() {
            return future != null;
        }
    }

    /** An UNSUBSCRIBE. It ends what was subscribed to before it, and nothing that comes after. */
    static final class UnsubscribeRequest extends Request {
        private final Engine engine;
        private final List<TopicFilter> filters;
        private final long lastGroup;
        private final Properties properties;
        private final CompletableFuture<Unsubscribed> future;

        UnsubscribeRequest(
                Engine engine,
                List<TopicFilter> filters,
                Properties properties,
                CompletableFuture<Unsubscribed> future) {
            this.engine = engine;
            this.filters = filters;
            this.lastGroup = engine.subscriptions.lastGroup();
            this.properties = properties;
            this.future = future;
        }

        @Override
        Packet packet(int packetId, ServerLimits limits) {
            return new Unsubscribe(packetId, filters, properties);
        }

        void answered(UnsubAck packet) throws ProtocolError {
            List<ReasonCode> codes = packet.reasonCodes();
            boolean v5 = engine.settings.version().isV5();
            if (v5 && codes.size() != filters.size()) {
                throw new ProtocolError(
                        "UNSUBACK: it has %d reason codes for %d filters"
                                .formatted(codes.size(), filters.size()));
            }
            int refused = 0;
            for (int i = 0; i < filters.size(); i++) {
                if (v5 && codes.get(i).isError()) {
                    refused++;
                } else {
                    engine.subscriptions.ended(filters.get(i), lastGroup);
                }
            }
            if (refused == filters.size()) {
                ReasonCode code = codes.getFirst();
                engine.completions.fail(
                        future,
                        new RequestRefused(
                                "the server refuses to unsubscribe from %s: %s"
                                        .formatted(
                                                filters, Refusals.words(code, packet.properties())),
                                code,
                                packet.properties()));
            } else {
                engine.completions.complete(future, new Unsubscribed(codes, packet.properties()));
            }
        }

        @Override
        void fail(Throwable why) {
            engine.completions.fail(future, why);
        }

        @Override
        boolean isDone() {
            return future.isDone();
        }

        @Override
        boolean isAskedFor() {
            return true;
        }
    }
}
