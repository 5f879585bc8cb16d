package io.godwit.server.crash;

import static io.godwit.codec.ProtocolVersion.V3_1_1;
import static io.godwit.codec.ProtocolVersion.V5;

import io.godwit.server.crash.Subscriber.Wish;
import java.util.ArrayList;
import java.util.List;

/** All clients of the load. */
final class Fleet {

    private final List<Publisher> publishers;
    private final List<Subscriber> subscribers;
    private final List<Client> all = new ArrayList<>();
    private final History history;

    private Fleet(List<Publisher> publishers, List<Subscriber> subscribers, History history) {
        this.history = history;
        this.publishers = publishers;
        this.subscribers = subscribers;
        all.addAll(subscribers);
        all.addAll(publishers);
    }

    static Fleet of(long seed, History history) {
        List<Publisher> publishers =
                List.of(
                        new Publisher("p1", V5, 8, seed, history),
                        new Publisher("p2", V3_1_1, 5, seed, history),
                        new Publisher("p3", V5, 20, seed, history),
                        new Publisher("p4", V3_1_1, 1, seed, history));
        Wish group = fixed("$share/g/load/#", 2, 0);
        List<Subscriber> subscribers =
                List.of(
                        new Subscriber(
                                "exact-5", V5, 10, List.of(fixed("load/a", 2, 1)), seed, history),
                        new Subscriber(
                                "exact-3",
                                V3_1_1,
                                10,
                                List.of(fixed("load/a", 1, 0), fixed("kept/p1", 2, 0)),
                                seed,
                                history),
                        new Subscriber(
                                "wildcard-5",
                                V5,
                                3,
                                List.of(fixed("load/+", 2, 0), fixed("kept/#", 2, 7)),
                                seed,
                                history),
                        new Subscriber(
                                "wildcard-3", V3_1_1, 6, List.of(fixed("#", 2, 0)), seed, history),
                        new Subscriber(
                                "overlap-5",
                                V5,
                                20,
                                List.of(
                                        fixed("load/a", 1, 11),
                                        fixed("load/+", 2, 12),
                                        fixed("load/#", 1, 13)),
                                seed,
                                history),
                        new Subscriber(
                                "rover-5",
                                V5,
                                1,
                                List.of(fixed("load/a", 2, 21), changing("load/b", 2, 22)),
                                seed,
                                history),
                        new Subscriber(
                                "rover-3",
                                V3_1_1,
                                5,
                                List.of(fixed("load/b", 1, 0), changing("load/c/+", 2, 0)),
                                seed,
                                history),
                        new Subscriber("member-1", V5, 4, List.of(group), seed, history),
                        new Subscriber("member-2", V5, 15, List.of(group), seed, history),
                        new Subscriber("member-3", V3_1_1, 5, List.of(group), seed, history));
        return new Fleet(publishers, subscribers, history);
    }

    private static Wish fixed(String filter, int qos, int identifier) {
        return new Wish(filter, qos, identifier, false);
    }

    private static Wish changing(String filter, int qos, int identifier) {
        return new Wish(filter, qos, identifier, true);
    }

    List<Publisher> publishers() {
        return publishers;
    }

    List<Subscriber> subscribers() {
        return subscribers;
    }

    /** All start to work; some subscribers may be away. */
    void start(int port) {
        all.forEach(client -> client.start(port, false));
    }

    /** From now on the end of the broker ends them as well. */
    void halt() {
        all.forEach(Client::halt);
    }

    /** Ends all connections. */
    void cut() {
        halt();
        all.forEach(Client::cut);
    }

    void join() throws InterruptedException {
        for (Client client : all) {
            client.join();
        }
    }

    /** The last message of each publisher on each topic. */
    List<Message> lastMessages() {
        return publishers.stream()
                .flatMap(publisher ->
                        Topics.ofPublisher(publisher.name).stream()
                                .map(topic ->
                                        new Message(
                                                publisher.name,
                                                topic,
                                                publisher.lastNumber(topic))))
                .toList();
    }

    /**
     * Whether all have got the last message of each publisher on each topic that they subscribe to.
     * What clears a topic does not count, nor what goes to a shared subscription.
     */
    boolean hasLastMessages() {
        List<Message> last = lastMessages();
        return subscribers.stream()
                .allMatch(subscriber ->
                        last.stream()
                                .filter(message -> !Topics.isCleared(message.topic()))
                                .filter(message -> subscriber.wantsAllOf(message.topic()))
                                .allMatch(message ->
                                        number(subscriber, message) == message.number()));
    }

    /** Whether each member of the shared subscription has got a message behind one of these. */
    boolean membersAreBeyond(List<Message> before) {
        return subscribers.stream()
                .filter(Subscriber::isMember)
                .allMatch(member ->
                        before.stream()
                                .anyMatch(message -> number(member, message) > message.number()));
    }

    private int number(Subscriber subscriber, Message message) {
        return history.highest(subscriber.name, message.publisher(), message.topic());
    }
}
