package io.godwit.server.crash;

import io.godwit.server.crash.Event.Acknowledged;
import io.godwit.server.crash.Event.Anomaly;
import io.godwit.server.crash.Event.Closing;
import io.godwit.server.crash.Event.Connected;
import io.godwit.server.crash.Event.Delivered;
import io.godwit.server.crash.Event.Drained;
import io.godwit.server.crash.Event.Killed;
import io.godwit.server.crash.Event.RetainedSeen;
import io.godwit.server.crash.Event.Sent;
import io.godwit.server.crash.Event.Started;
import io.godwit.server.crash.Event.SubscribeSent;
import io.godwit.server.crash.Event.Subscribed;
import io.godwit.server.crash.Event.UnsubscribeSent;
import io.godwit.server.crash.Event.Unsubscribed;
import io.godwit.server.crash.Receiver.Delivery;
import io.godwit.server.crash.Violation.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Knows what a broker promises, and finds in a history what it did not keep. */
final class Checker {

    /** More of them do not tell more. */
    private static final int MOST = 25;

    private static final int MOST_EVENTS = 60;

    /** Stands for all members of the shared subscription. */
    private static final String GROUP = "the shared subscription";

    private final List<Event> events;
    private final Map<Message, Sending> sendings = new LinkedHashMap<>();
    private final Map<String, Receiver> receivers = new TreeMap<>();
    private final RetainedTopics retained = new RetainedTopics();
    private final List<Integer> starts = new ArrayList<>();
    private final List<Violation> violations = new ArrayList<>();
    private int closing = Term.NEVER;
    private boolean drained;

    /** Of a history. */
    Checker(List<Event> events) {
        this.events = events;
        for (int at = 0; at < events.size(); at++) {
            replay(at, events.get(at));
        }
    }

    /** What was not kept; in a history that was not drained, nothing counts as lost yet. */
    List<Violation> violations() {
        for (Receiver receiver : receivers.values()) {
            checkDeliveries(receiver);
            checkOrder(receiver);
        }
        sendings.values().forEach(this::checkArrival);
        return List.copyOf(violations);
    }

    private Receiver receiver(String session) {
        return receivers.computeIfAbsent(session, Receiver::new);
    }

    private void replay(int at, Event event) {
        retained.accept(event);
        switch (event) {
            case Started _ -> starts.add(at);
            case Killed _ -> {}
            case Closing _ -> closing = at;
            case Drained _ -> drained = true;
            case Connected connected -> {
                if (connected.connection() > 1 && !connected.sessionPresent()) {
                    add(Kind.SESSION_LOST, connected.session(), around(at, connected.session()));
                }
            }
            case Sent sent -> {
                Sending sending =
                        sendings.computeIfAbsent(sent.message(), _ -> new Sending(sent, at));
                sending.times++;
            }
            case Acknowledged done -> {
                Sending sending = sendings.get(done.message());
                if (sending != null) {
                    sending.acknowledged = at;
                }
            }
            case SubscribeSent sent -> receiver(sent.session()).request(sent, at);
            case Subscribed done -> receiver(done.session()).open(done.filter()).granted = at;
            case UnsubscribeSent sent -> receiver(sent.session()).leave(sent.filter(), at);
            case Unsubscribed done -> receiver(done.session()).open(done.filter()).left = at;
            case Delivered delivered -> receiver(delivered.session()).deliver(delivered, at);
            case RetainedSeen seen -> checkRetained(seen, at);
            case Anomaly anomaly ->
                    add(Kind.ANOMALY, anomaly.toString(), around(at, anomaly.client()));
        }
    }

    private void checkRetained(RetainedSeen seen, int at) {
        Map<String, Set<Integer>> allowed = retained.allowed();
        seen.numbers().keySet().stream()
                .filter(topic -> !allowed.containsKey(topic))
                .forEach(topic ->
                        add(Kind.WRONG_RETAINED, topic + " holds what nobody sent", List.of()));
        allowed.forEach((topic, numbers) -> {
            int number = seen.numbers().getOrDefault(topic, RetainedTopics.NOTHING);
            if (!numbers.contains(number)) {
                add(
                        Kind.WRONG_RETAINED,
                        "%s holds %d, not one of %s (0 is nothing)"
                                .formatted(topic, number, numbers),
                        aroundTopic(at, topic));
            }
        });
    }

    /** Each single delivery. */
    private void checkDeliveries(Receiver receiver) {
        for (Delivery delivery : receiver.deliveries) {
            Delivered delivered = delivery.event();
            Sending sending = sendings.get(delivered.message());
            if (sending == null || sending.first > delivery.at() || sending.clears) {
                add(Kind.NOT_SENT, delivered.toString(), List.of());
                continue;
            }
            if (delivered.retain()) {
                if (!sending.retain) {
                    add(Kind.NOT_SENT, delivered + " was not sent with RETAIN", List.of());
                }
                continue;
            }
            List<Term> possible = receiver.possible(sending);
            List<Term> firm = receiver.firm(sending);
            if (receiver.isMember() ? !groupPossible(sending) : possible.isEmpty()) {
                add(Kind.NOT_SUBSCRIBED, delivered, receiver);
                continue;
            }
            if (receiver.isMember()) {
                continue;
            }
            int most = Math.min(sending.qos, Term.highestQos(possible));
            int least = Math.min(sending.qos, Term.highestQos(firm));
            if (delivered.qos() > most || delivered.qos() < least) {
                add(Kind.WRONG_QOS, delivered, receiver);
            }
            if (!Term.identifiers(possible).containsAll(delivered.identifiers())
                    || !delivered.identifiers().containsAll(Term.identifiers(firm))) {
                add(Kind.WRONG_IDENTIFIERS, delivered, receiver);
            }
        }
    }

    /** Whether a shared subscription may have been there; any member may get its messages. */
    private boolean groupPossible(Sending sending) {
        return receivers.values().stream()
                .anyMatch(it -> it.isMember() && !it.possible(sending).isEmpty());
    }

    /**
     * The order of one topic and publisher in one session; a shared subscription has none. A
     * message that was sent again may have been routed to a subscription for the first time then.
     */
    private void checkOrder(Receiver receiver) {
        if (receiver.isMember()) {
            return;
        }
        Map<String, Integer> highest = new HashMap<>();
        Map<Message, Integer> lastSeen = new HashMap<>();
        for (Delivery delivery : receiver.deliveries) {
            Delivered delivered = delivery.event();
            Message message = delivered.message();
            Sending sending = sendings.get(message);
            if (delivered.retain() || sending == null) {
                continue;
            }
            String stream = message.publisher() + " " + message.topic();
            Integer before = lastSeen.put(message, delivery.at());
            if (before == null) {
                boolean isRoutedAgain = sending.times > 1 && receiver.firm(sending).isEmpty();
                if (message.number() < highest.getOrDefault(stream, 0) && !isRoutedAgain) {
                    add(Kind.OUT_OF_ORDER, delivered, receiver);
                }
                highest.merge(stream, message.number(), Math::max);
            } else if (!delivered.dup()
                    && sending.times == 1
                    && !restarted(before, delivery.at())) {
                add(Kind.NOT_MARKED_DUP, delivered, receiver);
            }
        }
    }

    private boolean restarted(int from, int to) {
        return starts.stream().anyMatch(at -> from < at && at < to);
    }

    /** Whether a message reached all who had to get it, and at QoS 2 no one twice. */
    private void checkArrival(Sending sending) {
        boolean owed =
                drained
                        && sending.first < closing
                        && sending.acknowledged != Term.NEVER
                        && !sending.clears;
        boolean groupOwed = false;
        int groupExactly = 0;
        int groupTotal = 0;
        for (Receiver receiver : receivers.values()) {
            List<Delivery> arrived = receiver.arrived(sending.message);
            long exactly = arrived.stream().filter(it -> it.event().qos() == 2).count();
            boolean owedHere = owed && receiver.isOwed(sending);
            if (receiver.isMember()) {
                groupOwed |= owedHere;
                groupExactly += (int) exactly;
                groupTotal += arrived.size();
                continue;
            }
            if (exactly > 0 && arrived.size() > 1) {
                add(Kind.TWICE, sending, receiver.name);
            }
            if (owedHere && arrived.isEmpty()) {
                add(Kind.LOST, sending, receiver.name);
            }
        }
        if (groupExactly > 1) {
            add(Kind.TWICE, sending, GROUP);
        }
        if (groupOwed && groupTotal == 0) {
            add(Kind.LOST, sending, GROUP);
        }
    }

    private void add(Kind kind, Delivered delivered, Receiver receiver) {
        add(
                kind,
                "%s; its subscriptions %s".formatted(delivered, receiver.terms),
                about(delivered.message(), receiver.name));
    }

    private void add(Kind kind, Sending sending, String session) {
        add(
                kind,
                "%s, qos %d, for %s with %s"
                        .formatted(
                                sending.message,
                                sending.qos,
                                session,
                                session.equals(GROUP) ? List.of() : receiver(session).terms),
                about(sending.message, session));
    }

    private void add(Kind kind, String what, List<String> history) {
        if (violations.size() < MOST) {
            violations.add(
                    new Violation(
                            kind,
                            what
                                    + history.stream()
                                            .map("\n      "::concat)
                                            .collect(Collectors.joining())));
        }
    }

    /** All that happened to a message, and what to a session from its first PUBLISH on. */
    private List<String> about(Message message, String session) {
        int[] own = places(0, event -> isAbout(event, message));
        int[] life = places(own[0], event -> isLife(event, session));
        return IntStream.concat(IntStream.of(own), IntStream.of(life).limit(MOST_EVENTS))
                .sorted()
                .mapToObj(this::line)
                .toList();
    }

    private int[] places(int from, Predicate<Event> wanted) {
        return IntStream.range(from, events.size())
                .filter(at -> wanted.test(events.get(at)))
                .toArray();
    }

    private String line(int at) {
        return at + " " + events.get(at);
    }

    private List<String> around(int at, String session) {
        return lines(IntStream.rangeClosed(0, at).filter(it -> isLife(events.get(it), session)));
    }

    private List<String> aroundTopic(int at, String topic) {
        return lines(
                IntStream.rangeClosed(0, at)
                        .filter(it ->
                                switch (events.get(it)) {
                                    case Sent sent -> sent.message().topic().equals(topic);
                                    case Acknowledged done -> done.message().topic().equals(topic);
                                    case Started _, Killed _, RetainedSeen _ -> true;
                                    default -> false;
                                }));
    }

    private List<String> lines(IntStream places) {
        List<String> lines = new ArrayList<>(places.mapToObj(this::line).toList());
        int more = lines.size() - MOST_EVENTS;
        if (more > 0) {
            lines.subList(0, more).clear();
            lines.addFirst("(%d events before)".formatted(more));
        }
        return lines;
    }

    private static boolean isAbout(Event event, Message message) {
        return switch (event) {
            case Sent sent -> sent.message().equals(message);
            case Acknowledged done -> done.message().equals(message);
            case Delivered delivered -> delivered.message().equals(message);
            default -> false;
        };
    }

    private static boolean isLife(Event event, String session) {
        return switch (event) {
            case Started _, Killed _, Closing _, Drained _ -> true;
            case Connected it -> it.session().equals(session);
            case SubscribeSent it -> it.session().equals(session);
            case Subscribed it -> it.session().equals(session);
            case UnsubscribeSent it -> it.session().equals(session);
            case Unsubscribed it -> it.session().equals(session);
            case Anomaly it -> it.client().equals(session);
            default -> false;
        };
    }
}
