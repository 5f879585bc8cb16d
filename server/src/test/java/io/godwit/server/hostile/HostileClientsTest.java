package io.godwit.server.hostile;

import static io.godwit.broker.simulation.Packets.connect;
import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.retain;
import static io.godwit.broker.simulation.Packets.subscribe;
import static io.godwit.broker.simulation.Packets.topic;
import static io.godwit.broker.simulation.Packets.with;
import static io.godwit.codec.ProtocolVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.broker.simulation.ConnectBuilder;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Packet;
import io.godwit.codec.PingReq;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.codec.UserProperty;
import io.godwit.codec.Will;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What hostile clients may try against a broker with a small heap that ends at the first
 * OutOfMemoryError: during each attack a healthy pair goes on, and afterwards nothing is left held.
 */
class HostileClientsTest {

    private static final String HEAP = "64m";

    /** Bytes that may be counted as held when only the healthy pair is there. */
    private static final long NEARLY_NOTHING = 100_000;

    private static BrokerProcess broker;
    private final List<RawClient> clients = new ArrayList<>();
    private HealthyPair pair;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        broker = BrokerProcess.start(directory, 2, HEAP);
    }

    @AfterAll
    static void stop() throws IOException {
        broker.close();
    }

    @BeforeEach
    void pair() throws IOException {
        pair = HealthyPair.start(broker.port());
        pair.expectMore();
    }

    @AfterEach
    void everythingIsGivenBack() throws IOException {
        assertThat(broker.log()).noneMatch(it -> it.contains("'healthy-subscriber' misses"));
        pair.expectMore();
        for (RawClient client : clients) {
            client.close();
        }
        BrokerProcess.State state =
                broker.await(it -> it.connections() == 2 && it.memoryUsed() < NEARLY_NOTHING);
        assertThat(state.failedActions()).isZero();
        pair.expectMore();
        pair.close();
        broker.await(it -> it.connections() == 0);
        assertThat(broker.log())
                .noneMatch(it -> it.contains(" ERROR ") || it.contains("OutOfMemory"));
    }

    private RawClient client(ConnectBuilder connect) throws IOException {
        RawClient client = RawClient.connect(broker.port(), connect);
        clients.add(client);
        return client;
    }

    private RawClient client(String clientId) throws IOException {
        return client(connect(V5, clientId));
    }

    private RawClient slowClient(String clientId) throws IOException {
        RawClient client = new RawClient(broker.port(), V5, 4096);
        clients.add(client);
        client.send(connect(V5, clientId).build());
        client.expectAccepted();
        return client;
    }

    /** Publishes, and returns when the broker has taken all of it. */
    private static void flood(RawClient publisher, Packet message, int times) throws IOException {
        byte[] bytes = RawClient.bytes(V5, message);
        for (int i = 0; i < times; i++) {
            publisher.send(bytes);
        }
        publisher.send(new PingReq());
        publisher.read();
    }

    @Test
    void halfPacketsOfManyClientsAreHeldUpToTheLimit() throws IOException {
        byte[] whole = RawClient.bytes(V5, publish("t", new byte[1_900_000], 0, 0));
        byte[] half = Arrays.copyOf(whole, whole.length - 1);
        for (int i = 0; i < 60; i++) {
            RawClient client = client("half" + i);
            try {
                client.send(half);
            } catch (IOException closed) {
                continue; // while it was sending
            }
            pair.expectMore();
        }
        broker.await(it -> it.connections() < 20);
    }

    /** However its first bytes come; the rest is not waited for. */
    @Test
    void connectOverItsLimitIsRefusedFromItsHeader() throws IOException {
        String longest = "x".repeat(65_000);
        byte[] connect =
                RawClient.bytes(
                        V5,
                        connect(V5, longest)
                                .credentials(longest, longest)
                                .will(
                                        new Will(
                                                topic("w"),
                                                new byte[65_000],
                                                0,
                                                false,
                                                Properties.NONE))
                                .build());
        for (int first : new int[] {1, 3, 4, 10, 12, 1_000}) {
            RawClient client = RawClient.open(broker.port());
            clients.add(client);
            client.send(Arrays.copyOf(connect, first));
            client.send(Arrays.copyOfRange(connect, first, Math.max(first, 12)));
            assertThat(((ConnAck) client.read()).reasonCode())
                    .isEqualTo(ReasonCode.PACKET_TOO_LARGE);
            client.awaitEnd();
        }
    }

    @Test
    void willsCountAgainstTheMemory() throws IOException {
        Properties.Builder many = Properties.builder();
        for (int i = 0; i < 5_000; i++) {
            many.add(Property.USER_PROPERTY, new UserProperty("k", "v"));
        }
        Will will = new Will(topic("will"), new byte[60_000], 0, false, many.build());
        int refused = 0;
        for (int i = 0; i < 60; i++) {
            RawClient client = RawClient.open(broker.port());
            clients.add(client);
            client.send(connect(V5, "will" + i).will(will).build());
            if (((ConnAck) client.read()).reasonCode() == ReasonCode.QUOTA_EXCEEDED) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void longClientIdentifiersAndTopicAliasesCountAgainstTheMemory() throws IOException {
        String longTail = "x".repeat(4_000);
        for (int i = 0; i < 400; i++) {
            RawClient client = RawClient.open(broker.port());
            clients.add(client);
            client.send(connect(V5, i + "x".repeat(60_000)).build());
            if (((ConnAck) client.read()).reasonCode() != ReasonCode.SUCCESS) {
                assertThat(i).isGreaterThan(50);
                return;
            }
            for (int alias = 1; alias <= 32; alias++) {
                String name = i + "-" + alias + longTail;
                client.send(with(publish(name, ""), Property.TOPIC_ALIAS, alias));
            }
        }
        throw new AssertionError("nobody was refused");
    }

    @Test
    void aPacketOfPropertiesOrFiltersIsRefused() throws IOException {
        RawClient properties = client("properties");
        properties.send(userProperties(380_000));
        expectQuotaExceeded(properties);
        RawClient filters = client("filters");
        String[] many =
                IntStream.range(0, 70_000).mapToObj(Integer::toString).toArray(String[]::new);
        filters.send(subscribe(1, 0, many));
        expectQuotaExceeded(filters);
    }

    private static void expectQuotaExceeded(RawClient client) throws IOException {
        assertThat(client.read())
                .isInstanceOfSatisfying(
                        Disconnect.class,
                        it -> assertThat(it.reasonCode()).isEqualTo(ReasonCode.QUOTA_EXCEEDED));
    }

    private static byte[] userProperties(int count) {
        int section = 5 * count;
        ByteBuffer out = ByteBuffer.allocate(section + 20);
        out.put((byte) 0x30);
        variable(out, 2 + 1 + 3 + section);
        out.putShort((short) 1).put((byte) 't');
        variable(out, section);
        for (int i = 0; i < count; i++) {
            out.put((byte) 0x26).putInt(0);
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    private static void variable(ByteBuffer out, int value) {
        int rest = value;
        while (rest > 127) {
            out.put((byte) (rest & 127 | 128));
            rest >>= 7;
        }
        out.put((byte) rest);
    }

    @Test
    void retainedMessagesOnDeepTopicsCountWhatTheyCost() throws IOException {
        RawClient publisher = client("deep");
        String tail = "/a".repeat(120);
        ReasonCode last = ReasonCode.SUCCESS;
        int kept = 0;
        while (last != ReasonCode.QUOTA_EXCEEDED) {
            publisher.send(retain(publish(kept + tail, "x", 1, 1)));
            last = ((PubAck) publisher.read()).reasonCode();
            kept++;
        }
        assertThat(kept).isLessThan(1_000);
        for (int i = 0; i < kept; i++) {
            publisher.send(retain(publish(i + tail, "", 0, 0)));
        }
        publisher.send(new PingReq());
        publisher.read();
    }

    @Test
    void subscriptionsThatTakeManyLevelsCountWhatTheyCost() throws IOException {
        Random random = new Random(1);
        RawClient client = client("levels");
        int refused = 0;
        for (int packet = 1; packet <= 20; packet++) {
            String[] filters =
                    IntStream.range(0, 500)
                            .mapToObj(_ -> manyWildcards(random))
                            .toArray(String[]::new);
            client.send(subscribe(packet, 0, filters));
            pair.expectMore();
            if (!(client.read() instanceof SubAck answer)) {
                return; // DISCONNECT, since there is no room even for the packet
            }
            refused += (int) answer.reasonCodes().stream().filter(ReasonCode::isError).count();
        }
        assertThat(refused).isPositive();
    }

    private static String manyWildcards(Random random) {
        StringBuilder filter = new StringBuilder("x");
        for (int level = 0; level < 120; level++) {
            filter.append(random.nextBoolean() ? "/+" : "/" + random.nextInt(100));
        }
        return filter.toString();
    }

    @Test
    void tenThousandFiltersThatAllMatchDoNotSlowTheOthersDown() throws IOException {
        RawClient publisher = client("publisher");
        RawClient client = client("overlaps");
        String[] filters =
                IntStream.range(0, 10_000)
                        .mapToObj(HostileClientsTest::filterOf)
                        .toArray(String[]::new);
        client.send(subscribe(1, 0, filters));
        client.read();
        flood(publisher, publish("a" + "/a".repeat(13), "x"), 50);
        for (int i = 0; i < 50; i++) {
            assertThat(client.read()).isInstanceOf(Publish.class);
        }
    }

    private static String filterOf(int bits) {
        return String.join(
                "/",
                IntStream.range(0, 14).mapToObj(i -> (bits >> i & 1) == 0 ? "a" : "+").toList());
    }

    @Test
    void askingForAllRetainedMessagesAgainAndAgainIsDoneInSteps() throws IOException {
        RawClient publisher = client("retainer");
        for (int i = 0; i < 20_000; i++) {
            publisher.send(retain(publish("r/" + i, "x")));
        }
        String[] filters = new String[30];
        Arrays.fill(filters, "+/+/nobody/+");
        for (int i = 0; i < 5; i++) {
            client("asker" + i).send(subscribe(1, 0, filters));
            pair.expectMore();
        }
        for (RawClient asker : clients.subList(1, clients.size())) {
            assertThat(((SubAck) asker.read()).reasonCodes()).hasSize(30);
        }
        for (int i = 0; i < 20_000; i++) {
            publisher.send(retain(publish("r/" + i, "")));
        }
        publisher.send(new PingReq());
        publisher.read();
    }

    @Test
    void clientsThatNeverReadGetWhatFitsAndNoMore() throws IOException {
        for (int i = 0; i < 300; i++) {
            RawClient client = slowClient("slow" + i);
            client.send(subscribe(1, i % 2, "busy"));
            client.read();
        }
        RawClient publisher = client("busy");
        flood(publisher, publish("busy", new byte[8_000], 0, 0), 3_000);
        pair.expectMore();
        flood(publisher, publish("busy", new byte[100_000], 0, 0), 300);
    }

    @Test
    void aClientThatDoesNotReadTheAnswersToItsPingsIsClosed() throws IOException {
        RawClient client = slowClient("pings");
        byte[] pings =
                RawClient.bytes(
                        V5,
                        IntStream.range(0, 8_000)
                                .mapToObj(_ -> new PingReq())
                                .toArray(Packet[]::new));
        assertThatThrownBy(() -> sendForEver(client, pings)).isInstanceOf(IOException.class);
    }

    private static void sendForEver(RawClient client, byte[] bytes) throws IOException {
        while (true) {
            client.send(bytes);
        }
    }

    @Test
    void whatWaitsForAnAbsentClientIsBounded() throws IOException {
        RawClient absent = client(connect(V5, "absent").resume(60));
        absent.send(subscribe(1, 1, "queued"));
        absent.read();
        absent.close();
        RawClient publisher = client("filler");
        for (int i = 1; i <= 60; i++) {
            publisher.send(publish("queued", new byte[1_000_000], 1, i));
            publisher.read();
        }
        pair.expectMore();
        client(connect(V5, "absent")).close();
    }

    @Test
    void randomBytesHarmNobody() throws IOException {
        Random random = new Random(2);
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new byte[1 + random.nextInt(300)];
            random.nextBytes(bytes);
            try (RawClient client = RawClient.open(broker.port())) {
                client.send(bytes);
            } catch (IOException closed) {
                continue; // before all of it was sent
            }
        }
    }

    @Test
    void takeOversInARowLeaveOneConnection() throws IOException {
        for (int i = 0; i < 1_000; i++) {
            RawClient client = RawClient.open(broker.port());
            clients.add(client);
            client.send(connect(V5, "same").build());
        }
        broker.await(it -> it.connections() == 3);
        assertThat(broker.log().size()).isLessThan(5_000);
    }

    @Test
    void announcedLengthsAreRefusedFromTheirHeader() throws IOException {
        for (String hex : List.of("30ffffff7f", "30ffffffff7f", "10ffffff7f", "32ffffff7f00")) {
            RawClient connected = client("announce");
            connected.send(HexFormat.of().parseHex(hex));
            connected.awaitEnd();
            RawClient fresh = new RawClient(broker.port(), ProtocolVersion.V3_1_1, 0);
            fresh.send(HexFormat.of().parseHex(hex));
            fresh.awaitEnd();
            fresh.close();
        }
    }
}
