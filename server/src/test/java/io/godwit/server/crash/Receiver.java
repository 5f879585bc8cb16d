package io.godwit.server.crash;

import io.godwit.server.crash.Event.Delivered;
import io.godwit.server.crash.Event.SubscribeSent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A session: its subscriptions and what it was sent. */
final class Receiver {

    final String name;
    final List<Term> terms = new ArrayList<>();
    final List<Delivery> deliveries = new ArrayList<>();
    private final Map<Message, List<Delivery>> arrived = new HashMap<>();

    /** A delivery and its place in the history. */
    record Delivery(int at, Delivered event) {}

    Receiver(String name) {
        this.name = name;
    }

    void request(SubscribeSent sent, int at) {
        boolean isNew = terms.stream().noneMatch(it -> isOpen(it, sent.filter()));
        if (isNew) {
            terms.add(new Term(sent, at));
        }
    }

    /** The subscription with a filter that is there or under way. */
    Term open(String filter) {
        return terms.stream().filter(it -> isOpen(it, filter)).findFirst().orElseThrow();
    }

    private static boolean isOpen(Term term, String filter) {
        return term.left == Term.NEVER && term.filter.equals(filter);
    }

    void leave(String filter, int at) {
        Term term = open(filter);
        term.leaving = Math.min(term.leaving, at);
    }

    void deliver(Delivered event, int at) {
        Delivery delivery = new Delivery(at, event);
        deliveries.add(delivery);
        if (!event.retain()) {
            arrived.computeIfAbsent(event.message(), _ -> new ArrayList<>(1)).add(delivery);
        }
    }

    /** All deliveries of a message but those as retained. */
    List<Delivery> arrived(Message message) {
        return arrived.getOrDefault(message, List.of());
    }

    /** Whether its subscription is a shared one. */
    boolean isMember() {
        return terms.stream().anyMatch(term -> Topics.isShared(term.filter));
    }

    List<Term> firm(Sending sending) {
        return matching(sending).filter(term -> term.isFirm(sending)).toList();
    }

    /** Whether it must get a message once that is acknowledged. */
    boolean isOwed(Sending sending) {
        return matching(sending).anyMatch(term -> term.isOwed(sending));
    }

    List<Term> possible(Sending sending) {
        return matching(sending).filter(term -> term.isPossible(sending)).toList();
    }

    private Stream<Term> matching(Sending sending) {
        return terms.stream()
                .filter(term -> term.requested < sending.acknowledged)
                .filter(term -> term.matches(sending.message.topic()));
    }
}
