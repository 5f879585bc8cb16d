package io.godwit.broker.shard;

import static io.godwit.broker.simulation.Packets.connect;
import static io.godwit.broker.simulation.Packets.publish;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.control.ClientDetails;
import io.godwit.broker.control.ClientDetails.RecordedPacket;
import io.godwit.broker.control.ClientDetails.Trouble;
import io.godwit.broker.shard.FlightRecorder.Ending;
import io.godwit.broker.shard.FlightRecorder.Header;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Disconnect;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.PacketType;
import io.godwit.codec.PingReq;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FlightRecorderTest {

    private static final ProtocolVersion V5 = ProtocolVersion.V5;

    private final SimulatedBroker broker = SimulatedBroker.start();
    private final FlightRecorder recorder = new FlightRecorder();

    @AfterEach
    void close() {
        broker.close();
    }

    private TestClient resume(String clientId) {
        return broker.connect(connect(V5, clientId).persistent().build());
    }

    private ClientDetails find(String clientId) {
        var found = broker.broker().directory().find(clientId);
        broker.run();
        return found.resultNow().orElseThrow();
    }

    private List<String> packets(String clientId) {
        return texts(find(clientId).packets());
    }

    private static List<String> texts(List<RecordedPacket> packets) {
        return packets.stream()
                .map(it -> (it.isReceived() ? "in " : "out ") + it.packet())
                .toList();
    }

    // --- alone ----------------------------------------------------------------------------------

    @Test
    void hasNothingAtFirst() {
        assertThat(recorder.headers(1_000)).isEmpty();
        assertThat(new Ending(recorder, 1_000)).hasToString("");
        assertThat(new Ending(null, 1_000)).hasToString("");
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeComesBackInBothDirections(PacketType type) {
        recorder.received(type, 2, 5);
        recorder.sent(type, 3, 5);
        assertThat(recorder.headers(7))
                .containsExactly(new Header(2, true, type, 2), new Header(2, false, type, 3));
    }

    @Test
    void theOldestGoWhenThereIsNoRoom() {
        int more = 5;
        for (int i = 0; i < FlightRecorder.KEPT + more; i++) {
            recorder.received(PacketType.PUBLISH, 100 + i, i);
        }
        assertThat(recorder.headers(50)).hasSize(FlightRecorder.KEPT);
        assertThat(recorder.headers(50).getFirst())
                .isEqualTo(new Header(50 - more, true, PacketType.PUBLISH, 100 + more));
        assertThat(recorder.headers(50)).extracting(Header::bytes).isSorted();
    }

    @Test
    void sizesThatDoNotFitAreTheLargest() {
        recorder.sent(PacketType.PUBLISH, FlightRecorder.LARGEST - 1, 0);
        recorder.sent(PacketType.PUBLISH, FlightRecorder.LARGEST + 1, 0);
        recorder.received(PacketType.PUBLISH, 268_435_460, 0);
        assertThat(recorder.headers(0))
                .containsExactly(
                        new Header(0, false, PacketType.PUBLISH, 524_286),
                        new Header(0, false, PacketType.PUBLISH, 524_287),
                        new Header(0, true, PacketType.PUBLISH, 524_287));
        assertThat(new Ending(recorder, 0))
                .hasToString(
                        "; last: out PUBLISH 524286 B 0.0 s ago, out PUBLISH 524287+ B, in PUBLISH"
                                + " 524287+ B");
    }

    /** The system's monotonic clock may begin anywhere. */
    @Test
    void agesAreThoseOfAnyClock() {
        for (long start : new long[] {0, -5_000, (1L << 40) - 3, Long.MAX_VALUE - 3}) {
            FlightRecorder other = new FlightRecorder();
            other.received(PacketType.PINGREQ, 2, start);
            assertThat(other.headers(start + 90_061_007).getFirst().age()).isEqualTo(90_061_007);
            assertThat(other.headers(start - 4).getFirst().age()).isZero();
        }
    }

    @Test
    void inALogLineTheyAreFixedWordsAndNumbers() {
        recorder.received(PacketType.CONNECT, 32, 700);
        recorder.sent(PacketType.CONNACK, 9, 712);
        recorder.received(PacketType.PUBLISH, 812, 12_950);
        assertThat(new Ending(recorder, 13_000))
                .hasToString(
                        "; last: in CONNECT 32 B 12.3 s ago, out CONNACK 9 B 12.2 s ago, in PUBLISH"
                                + " 812 B 0.0 s ago");
        assertThat(new Ending(recorder, 13_090).toString())
                .startsWith("; last: in CONNECT 32 B 12.3 s ago, out CONNACK 9 B, in PUBLISH 812");
    }

    // --- of a connection ------------------------------------------------------------------------

    @Test
    void aClientShowsWhatCameAndWhatWasSent() {
        TestClient client = broker.connect(V5, "c").subscribe(1, "t");
        Publish publish = publish("t", "hello", 1, 7);
        broker.advance(Duration.ofSeconds(3));
        client.send(publish);
        client.takeAll();
        List<RecordedPacket> packets = find("c").packets();
        assertThat(texts(packets))
                .containsExactly(
                        "in CONNECT",
                        "out CONNACK",
                        "in SUBSCRIBE",
                        "out SUBACK",
                        "in PUBLISH",
                        "out PUBLISH",
                        "out PUBACK");
        assertThat(packets.get(4).bytes()).isEqualTo(PacketEncoder.encodedSize(publish, V5));
        assertThat(packets.get(4).time()).isEqualTo(Instant.ofEpochMilli(broker.wallMillis()));
        assertThat(packets.getFirst().time()).isEqualTo(packets.get(4).time().minusSeconds(3));
    }

    @Test
    void theLastOnesOfManyAreKept() {
        TestClient client = broker.connect(V5, "c");
        for (int i = 0; i < 20; i++) {
            client.send(new PingReq());
        }
        client.takeAll();
        assertThat(packets("c"))
                .hasSize(FlightRecorder.KEPT)
                .startsWith("in PINGREQ", "out PINGRESP")
                .doesNotContain("in CONNECT");
    }

    @Test
    void theyStayWhenTheConnectionIsLostUntilTheNextOne() {
        resume("c").subscribe(0, "t").drop();
        assertThat(find("c").client().connection()).isNull();
        assertThat(packets("c"))
                .containsExactly("in CONNECT", "out CONNACK", "in SUBSCRIBE", "out SUBACK");
        resume("c");
        assertThat(packets("c")).containsExactly("in CONNECT", "out CONNACK");
    }

    @Test
    void theyGoWithAClientThatSaysGoodBye() {
        resume("c").disconnect();
        assertThat(packets("c")).isEmpty();
        resume("c").send(new Disconnect(ReasonCode.UNSPECIFIED_ERROR)).expectClosed();
        assertThat(packets("c")).containsExactly("in CONNECT", "out CONNACK", "in DISCONNECT");
    }

    @Test
    void anErrorThatEndsTheConnectionKeepsThem() {
        TestClient client = resume("c").subscribe(0, "t");
        client.send(connect(V5, "c").build()).expect(Disconnect.class);
        resume("c");
        Trouble trouble = find("c").troubles().getFirst();
        assertThat(trouble.what())
                .contains("is closed with protocol error (0x82)")
                .doesNotContain("last");
        assertThat(texts(trouble.packets()))
                .containsExactly(
                        "in CONNECT",
                        "out CONNACK",
                        "in SUBSCRIBE",
                        "out SUBACK",
                        "out DISCONNECT");
    }

    @Test
    void anEndThatTheOperatorWantsHasNone() {
        resume("c");
        var disconnected = broker.broker().directory().disconnect("c", "because");
        broker.run();
        assertThat(disconnected.resultNow()).isTrue();
        assertThat(find("c").troubles().getFirst().packets()).isEmpty();
    }

    @Test
    void whoseIsOffHasNone() {
        TestClient before = broker.connect(V5, "before");
        broker.broker().tracing().recordPackets(false);
        TestClient after = resume("after");
        Stream.of(before, after).forEach(it -> it.send(new PingReq()).takeAll());
        assertThat(packets("after")).isEmpty();
        assertThat(packets("before")).contains("in PINGREQ");
        after.send(connect(V5, "after").build()).expect(Disconnect.class);
        assertThat(find("after").troubles().getFirst().packets()).isEmpty();
        broker.broker().tracing().recordPackets(true);
        broker.connect(ProtocolVersion.V3_1_1, "after");
        assertThat(packets("after")).containsExactly("in CONNECT", "out CONNACK");
    }
}
