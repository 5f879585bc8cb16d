package io.godwit.server.crash;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.godwit.server.crash.Violation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The checker finds each kind of broken promise in a history that was made up. */
class CheckerTest {

    private static final String TOPIC = "load/a";

    private final List<Event> events = new ArrayList<>(List.of(new Started(1)));

    @Test
    void keptPromisesAreNoViolation() {
        subscribed("s", "load/+", 2, 5);
        exchanged("s", 1, 2, 5);
        exchanged("s", 2, 1, 5);
        killed();
        connected("s", 2, true);
        exchanged("s", 3, 2, 5);
        events.add(new Drained());
        expect();
    }

    @Test
    void acknowledgedMessageThatDoesNotArriveIsLost() {
        subscribed("s", TOPIC, 1, 0);
        sent(1, 1, false);
        acknowledged(1);
        events.add(new Drained());
        expect(Kind.LOST);
    }

    @Test
    void onlyWhatWasAcknowledgedAndHadItsTimeIsLost() {
        subscribed("s", TOPIC, 1, 0);
        sent(1, 1, false);
        events.add(new Drained());
        expect();
        acknowledged(1);
        events.remove(events.size() - 2);
        expect();
    }

    @Test
    void messageOutsideOfASubscriptionIsNotOwed() {
        sent(1, 1, false);
        subscribed("s", TOPIC, 1, 0);
        acknowledged(1);
        sent(2, 1, false);
        acknowledged(2);
        events.add(new Drained());
        expect(Kind.LOST);
        events.add(new UnsubscribeSent("s", TOPIC));
        expect();
        events.add(new Unsubscribed("s", TOPIC));
        sent(3, 1, false);
        delivered("s", 3, 1, false);
        expect(Kind.NOT_SUBSCRIBED);
    }

    @Test
    void messageBesideASubscriptionMustNotCome() {
        sent(1, 1, false);
        acknowledged(1);
        subscribed("s", TOPIC, 1, 0);
        delivered("s", 1, 1, false);
        expect(Kind.NOT_SUBSCRIBED);
    }

    @Test
    void exactlyOnceIsNotTwice() {
        subscribed("s", TOPIC, 2, 0);
        exchanged("s", 1, 2);
        killed();
        connected("s", 2, true);
        delivered("s", 1, 2, true);
        expect(Kind.TWICE);
    }

    @Test
    void atLeastOnceMayBeTwiceWithDupOrAfterACrash() {
        subscribed("s", TOPIC, 1, 0);
        exchanged("s", 1, 1);
        delivered("s", 1, 1, true);
        killed();
        delivered("s", 1, 1, false);
        expect();
        delivered("s", 1, 1, false);
        expect(Kind.NOT_MARKED_DUP);
    }

    @Test
    void publisherThatSendsAgainIsAReasonForTwiceAtQos1() {
        subscribed("s", TOPIC, 1, 0);
        sent(1, 1, false);
        sent(1, 1, true);
        acknowledged(1);
        delivered("s", 1, 1, false);
        delivered("s", 1, 1, false);
        expect();
    }

    @Test
    void laterMessageMustNotComeFirst() {
        subscribed("s", TOPIC, 2, 0);
        sent(1, 2, false);
        sent(2, 2, false);
        delivered("s", 2, 2, false);
        delivered("s", 1, 2, false);
        expect(Kind.OUT_OF_ORDER);
    }

    @Test
    void publisherThatSendsAgainMayReachANewSubscriptionLate() {
        sent(1, 1, false);
        sent(2, 1, false);
        subscribed("s", TOPIC, 1, 0);
        delivered("s", 2, 1, false);
        sent(1, 1, true);
        delivered("s", 1, 1, false);
        expect();
    }

    @Test
    void sessionThatWasConnectedIsPresent() {
        connected("s", 1, false);
        connected("s", 2, true);
        expect();
        connected("s", 3, false);
        expect(Kind.SESSION_LOST);
    }

    @Test
    void whatNobodySentMustNotCome() {
        subscribed("s", TOPIC, 2, 0);
        delivered("s", 1, 1, false);
        expect(Kind.NOT_SENT);
    }

    @Test
    void subscriptionsDecideOnQosAndIdentifiers() {
        subscribed("s", TOPIC, 1, 3);
        subscribed("s", "load/#", 2, 4);
        sent(1, 2, false);
        delivered("s", 1, 1, false, 3, 4);
        expect(Kind.WRONG_QOS);
        events.removeLast();
        delivered("s", 1, 2, false, 4);
        expect(Kind.WRONG_IDENTIFIERS);
        events.removeLast();
        delivered("s", 1, 2, false, 4, 3);
        expect();
    }

    @Test
    void sharedSubscriptionGetsEachMessageAtOneMember() {
        subscribed("s", "$share/g/load/#", 2, 0);
        subscribed("t", "$share/g/load/#", 2, 0);
        exchanged("s", 1, 2);
        exchanged("t", 2, 2);
        events.add(new Drained());
        expect();
        delivered("s", 2, 2, false);
        expect(Kind.TWICE);
        events.removeLast();
        sent(3, 1, false);
        acknowledged(3);
        expect(Kind.LOST);
        events.add(events.size() - 2, new Closing());
        expect();
    }

    @Test
    void lastAcknowledgedOrALaterMessageIsRetained() {
        retained(1, false);
        acknowledged("kept/p", 1);
        expectRetained(1);
        expectRetained(0, Kind.WRONG_RETAINED);
        retained(2, false);
        expectRetained(1);
        expectRetained(2);
        acknowledged("kept/p", 2);
        expectRetained(1, Kind.WRONG_RETAINED);
        retained(3, true);
        expectRetained(0);
        expectRetained(2);
        acknowledged("kept/p", 3);
        expectRetained(0);
        expectRetained(2, Kind.WRONG_RETAINED);
        events.add(new RetainedSeen(Map.of("kept/p", 0, "kept/q", 1)));
        expect(Kind.WRONG_RETAINED);
    }

    @Test
    void anomalyIsAViolation() {
        events.add(new Anomaly("s", "its connection failed"));
        expect(Kind.ANOMALY);
    }

    @Test
    void violationTellsItsHistory() {
        subscribed("s", TOPIC, 1, 0);
        sent(1, 1, false);
        acknowledged(1);
        killed();
        connected("s", 2, true);
        events.add(new Drained());
        assertThat(new Checker(events).violations().getFirst().what())
                .contains("Sent[message=p#1@load/a")
                .contains("Acknowledged")
                .contains("load/a qos 1 id 0 [1, 2, never, never]")
                .contains("Connected[session=s, connection=2");
    }

    private void expect(Kind... kinds) {
        assertThat(new Checker(events).violations())
                .extracting(Violation::kind)
                .containsExactly(kinds);
    }

    private void expectRetained(int number, Kind... kinds) {
        events.add(new RetainedSeen(number == 0 ? Map.of() : Map.of("kept/p", number)));
        expect(kinds);
        events.removeLast();
    }

    private void exchanged(String session, int number, int qos, Integer... identifiers) {
        sent(number, qos, false);
        acknowledged(number);
        delivered(session, number, qos, false, identifiers);
    }

    private void sent(int number, int qos, boolean dup) {
        events.add(new Sent(new Message("p", TOPIC, number), qos, false, false, dup));
    }

    private void retained(int number, boolean clears) {
        events.add(new Sent(new Message("p", "kept/p", number), 1, true, clears, false));
    }

    private void acknowledged(int number) {
        acknowledged(TOPIC, number);
    }

    private void acknowledged(String topic, int number) {
        events.add(new Acknowledged(new Message("p", topic, number)));
    }

    private void delivered(
            String session, int number, int qos, boolean dup, Integer... identifiers) {
        events.add(
                new Delivered(
                        session,
                        1,
                        new Message("p", TOPIC, number),
                        qos,
                        dup,
                        false,
                        List.of(identifiers)));
    }

    private void subscribed(String session, String filter, int qos, int identifier) {
        events.add(new SubscribeSent(session, filter, qos, identifier));
        events.add(new Subscribed(session, filter));
    }

    private void connected(String session, int connection, boolean sessionPresent) {
        events.add(new Connected(session, connection, sessionPresent));
    }

    private void killed() {
        events.add(new Killed(1));
        events.add(new Started(2));
    }
}
