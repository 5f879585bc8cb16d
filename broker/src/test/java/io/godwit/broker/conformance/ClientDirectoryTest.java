package io.godwit.broker.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.control.ClientDetails;
import io.godwit.broker.control.ClientDetails.Trouble;
import io.godwit.broker.control.ClientDetails.WillState;
import io.godwit.broker.control.ClientState;
import io.godwit.broker.control.Clients.ClientQuery;
import io.godwit.broker.control.Clients.SubscriptionQuery;
import io.godwit.broker.control.ConnectionState;
import io.godwit.broker.control.Page;
import io.godwit.broker.control.SubscriptionState;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.RetainHandling;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Clients and subscriptions as an administrator lists them. */
class ClientDirectoryTest extends Conversation {

    private static final ProtocolVersion V5 = ProtocolVersion.V5;

    private <T> T answer(CompletableFuture<T> asked) {
        broker.run();
        return asked.resultNow();
    }

    private Page<ClientState> list(
            @Nullable String search,
            @Nullable Boolean connected,
            int limit,
            @Nullable String after) {
        return answer(
                broker.broker().directory().list(new ClientQuery(search, connected, limit, after)));
    }

    private static List<String> names(Page<ClientState> page) {
        return page.items().stream().map(it -> it.session().clientId()).toList();
    }

    private Optional<ClientDetails> find(String clientId) {
        return answer(broker.broker().directory().find(clientId));
    }

    private Page<SubscriptionState> subscriptions(
            @Nullable String filter, @Nullable String clientId, int limit, @Nullable String after) {
        return answer(
                broker.broker()
                        .directory()
                        .subscriptions(new SubscriptionQuery(filter, clientId, limit, after)));
    }

    @Test
    void pagesOfClientsOfAllShardsFollowEachOther() {
        use(SimulatedBroker.options().shards(3));
        for (int i : new int[] {4, 1, 9, 0, 7, 3, 8, 2, 6, 5}) {
            connect(V5, "c" + i);
        }
        Page<ClientState> first = list(null, null, 4, null);
        assertThat(names(first)).containsExactly("c0", "c1", "c2", "c3");
        assertThat(first.total()).isEqualTo(10);
        Page<ClientState> second = list(null, null, 4, first.next());
        assertThat(names(second)).containsExactly("c4", "c5", "c6", "c7");
        Page<ClientState> third = list(null, null, 4, second.next());
        assertThat(names(third)).containsExactly("c8", "c9");
        assertThat(third.next()).isNull();
        assertThat(list(null, null, 10, null).next()).isNull();
    }

    @Test
    void manyMoreThanATurnLooksAtAreListed() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 1_500; i++) {
            String clientId = "c%04d".formatted(i);
            expected.add(clientId);
            resume(V5, clientId).drop();
        }
        List<String> listed = new ArrayList<>();
        String next = null;
        do {
            Page<ClientState> page = list(null, false, 700, next);
            assertThat(page.total()).isEqualTo(1_500);
            listed.addAll(names(page));
            next = page.next();
        } while (next != null);
        assertThat(listed).isEqualTo(expected);
    }

    @Test
    void aPageWithLongNamesIsShorter() {
        String name = "x".repeat(60_000);
        for (int i = 10; i < 40; i++) {
            connect(V5, name + i).subscribe(0, "a");
        }
        Page<ClientState> clients = list(null, null, 1_000, null);
        assertThat(clients.items()).hasSize(17);
        assertThat(clients.total()).isEqualTo(30);
        assertThat(list(null, null, 1_000, clients.next()).items()).hasSize(13);
        Page<SubscriptionState> subscriptions = subscriptions(null, null, 1_000, null);
        assertThat(subscriptions.items()).hasSize(17);
        assertThat(subscriptions(null, null, 1_000, subscriptions.next()).items()).hasSize(13);
    }

    @Test
    void ofAClientWithALongNameFewerSubscriptionsAreShown() {
        String name = "x".repeat(60_000);
        connect(V5, name)
                .subscribe(0, IntStream.range(0, 50).mapToObj(i -> "t" + i).toArray(String[]::new));
        ClientDetails found = find(name).orElseThrow();
        assertThat(found.subscriptions()).hasSize(17);
        assertThat(found.client().session().subscriptions()).isEqualTo(50);
    }

    @Test
    void clientsAreFoundByAPartOfWhatTheyAre() {
        connect(V5, "Meter-1");
        resume(V5, "meter-2").drop();
        connect(V5, "pump", it -> it.credentials("Alice", "secret"));
        assertThat(names(list("METER", null, 10, null))).containsExactly("Meter-1", "meter-2");
        assertThat(names(list("meter", true, 10, null))).containsExactly("Meter-1");
        assertThat(names(list("meter", false, 10, null))).containsExactly("meter-2");
        Page<ClientState> local = list("127.0.0.1", null, 10, null);
        assertThat(names(local)).containsExactly("Meter-1", "pump");
        assertThat(local.total()).isEqualTo(2);
        assertThat(list("nobody", null, 10, null).items()).isEmpty();
    }

    @Test
    void aClientIsShownInFull() {
        connect(
                        V5,
                        "c",
                        it ->
                                it.keepAlive(60)
                                        .resume(3_600)
                                        .with(Property.RECEIVE_MAXIMUM, 7)
                                        .with(Property.MAXIMUM_PACKET_SIZE, 5_000L)
                                        .with(Property.TOPIC_ALIAS_MAXIMUM, 3)
                                        .will(Packets.will("gone", "x", 1)))
                .subscribe(1, "b", "a");
        ClientDetails found = find("c").orElseThrow();
        ConnectionState connection = Objects.requireNonNull(found.client().connection());
        assertThat(connection.protocol()).isEqualTo("5.0");
        assertThat(connection.keepAlive()).isEqualTo(60);
        assertThat(connection.cleanStart()).isFalse();
        assertThat(connection.receiveMaximum()).isEqualTo(7);
        assertThat(connection.maximumPacketSize()).isEqualTo(5_000);
        assertThat(connection.topicAliasMaximum()).isEqualTo(3);
        assertThat(connection.certificate()).isNull();
        assertThat(found.client().session().isConnected()).isTrue();
        assertThat(found.will()).isEqualTo(new WillState("gone", 1, false, 0));
        assertThat(found.subscriptions())
                .extracting(SubscriptionState::filter)
                .containsExactly("a", "b");
        assertThat(find("other")).isEmpty();
    }

    @Test
    void whatWaitsForAClientIsCounted() {
        resume(V5, "c").subscribe(1, "t").drop();
        connect(V5, "publisher").publish("t", 1, "hello");
        ClientDetails found = find("c").orElseThrow();
        assertThat(found.client().connection()).isNull();
        assertThat(found.client().session().queued()).isEqualTo(1);
        assertThat(found.queuedBytes()).isGreaterThan(5);
    }

    @Test
    void whyAConnectionWasClosedIsRemembered() {
        TestClient client = resume(V5, "c");
        client.send(Packets.connect(V5, "c").build());
        client.expect(Disconnect.class);
        List<Trouble> troubles = find("c").orElseThrow().troubles();
        assertThat(troubles).hasSize(1);
        assertThat(troubles.getFirst().what()).contains("it was sent a second time");
        for (int i = 0; i < 7; i++) {
            TestClient again = resume(V5, "c");
            again.send(Packets.connect(V5, "c").build());
        }
        assertThat(find("c").orElseThrow().troubles()).hasSize(5);
    }

    private void refuse(String clientId) {
        TestClient client = broker.client(V5);
        client.send(Packets.connect(V5, clientId).will(Packets.will("gone", "x", 2)).build());
        assertThat(client.expect(ConnAck.class).reasonCode())
                .isEqualTo(ReasonCode.QOS_NOT_SUPPORTED);
    }

    @Test
    void theLastConnectsThatWereRefusedAreRememberedAndPushOutNothingElse() {
        use(SimulatedBroker.options().limits(it -> it.maximumQos(1)));
        for (int i = 0; i < 4; i++) {
            resume(V5, "c").send(Packets.connect(V5, "c").build()).expect(Disconnect.class);
        }
        for (int i = 0; i < 4; i++) {
            refuse("c");
            refuse("stranger");
        }
        List<Trouble> troubles = find("c").orElseThrow().troubles();
        assertThat(troubles).hasSize(5);
        assertThat(troubles.subList(0, 2))
                .allMatch(it ->
                        it.what()
                                .matches(
                                        "the client at .* was refused .*: its will is at QoS 2.*"));
        assertThat(troubles.subList(2, 5))
                .allMatch(it -> it.what().contains("is closed with protocol error"));
        connect(V5, "stranger");
        assertThat(find("stranger").orElseThrow().troubles()).isEmpty();
    }

    @Test
    void aClientIsDisconnectedAndKeepsItsSession() {
        TestClient client = resume(V5, "c").subscribe(1, "t");
        assertThat(answer(broker.broker().directory().disconnect("c", "because"))).isTrue();
        client.expect(
                new Disconnect(
                        ReasonCode.ADMINISTRATIVE_ACTION,
                        Properties.of(Property.REASON_STRING, "because")));
        client.expectClosed();
        assertThat(find("c").orElseThrow().client().session().isConnected()).isFalse();
        assertThat(answer(broker.broker().directory().disconnect("c", "because"))).isFalse();
        assertThat(answer(broker.broker().directory().disconnect("x", "because"))).isFalse();
    }

    @Test
    void subscriptionsAreListedWithTheirOptions() {
        use(SimulatedBroker.options().shards(2));
        TestClient one = connect(V5, "one");
        one.send(
                Packets.subscribe(
                        1,
                        Packets.request("a/#", 2, true, true, RetainHandling.DO_NOT_SEND),
                        Packets.request("$share/g/b/+", 1)));
        one.takeAll();
        connect(V5, "two").subscribe(0, "a/b", "$queue/q");
        Page<SubscriptionState> all = subscriptions(null, null, 10, null);
        assertThat(all.total()).isEqualTo(4);
        assertThat(all.items())
                .containsExactly(
                        new SubscriptionState("one", "a/#", null, 2, true, true, 2, null),
                        new SubscriptionState("one", "b/+", "g", 1, false, false, 0, null),
                        new SubscriptionState("two", "a/b", null, 0, false, false, 0, null),
                        new SubscriptionState("two", "q", "$queue", 0, false, false, 0, null));
        assertThat(subscriptions("$share/g", null, 10, null).items()).hasSize(1);
        assertThat(subscriptions("a/", "two", 10, null).items())
                .extracting(SubscriptionState::filter)
                .containsExactly("a/b");
        assertThat(subscriptions(null, "nobody", 10, null).total()).isZero();
    }

    @Test
    void pagesOfSubscriptionsFollowEachOtherAlsoWithinAClient() {
        use(SimulatedBroker.options().shards(2));
        for (String clientId : List.of("c", "a", "b")) {
            connect(V5, clientId)
                    .subscribe(
                            0, IntStream.range(0, 5).mapToObj(i -> "t" + i).toArray(String[]::new));
        }
        List<String> listed = new ArrayList<>();
        String next = null;
        do {
            Page<SubscriptionState> page = subscriptions(null, null, 4, next);
            assertThat(page.total()).isEqualTo(15);
            page.items().forEach(it -> listed.add(it.clientId() + it.filter()));
            next = page.next();
        } while (next != null);
        assertThat(listed).hasSize(15).isSorted().doesNotHaveDuplicates();
    }
}
