package io.godwit.broker.trace;

import static io.godwit.broker.simulation.Packets.connect;
import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.with;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Connect;
import io.godwit.codec.PacketException;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.Publish;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.UserProperty;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TraceTest {

    private static final ProtocolVersion V5 = ProtocolVersion.V5;

    private final SimulatedBroker broker = SimulatedBroker.start();

    @AfterEach
    void close() {
        broker.close();
    }

    private Trace begin(@Nullable String clientId, @Nullable String filter) throws PacketException {
        TopicFilter topics = filter == null ? null : TopicFilter.of(filter);
        return broker.broker().tracing().begin(new TraceFilter(clientId, topics)).orElseThrow();
    }

    private static List<TracedPacket> seen(Trace trace) throws InterruptedException {
        List<TracedPacket> seen = new ArrayList<>();
        TracedPacket packet;
        while ((packet = trace.next(Duration.ZERO)) != null) {
            seen.add(packet);
        }
        return seen;
    }

    private static String text(TracedPacket traced) {
        return "%s %s %s".formatted(traced.clientId(), traced.direction(), traced.packet().type());
    }

    @Test
    void showsWhatComesFromAClientAndWhatGoesToIt() throws Exception {
        Trace trace = begin("sub", null);
        TestClient sub = broker.connect(V5, "sub").subscribe(1, "a/#");
        broker.connect(V5, "pub").publish("a/b", 1, "hello");
        broker.run();
        assertThat(seen(trace))
                .extracting(TraceTest::text)
                .startsWith(
                        "sub RECEIVED CONNECT",
                        "sub SENT CONNACK",
                        "sub RECEIVED SUBSCRIBE",
                        "sub SENT SUBACK",
                        "sub SENT PUBLISH");
        sub.expectMessage("a/b", "hello");
    }

    @Test
    void aTopicFilterShowsWhatItMatchesAlsoWhereTheWireHasAnAlias() throws Exception {
        Trace trace = begin(null, "a/+");
        TestClient pub = broker.connect(V5, "pub");
        pub.send(with(publish("a/b", "1"), Property.TOPIC_ALIAS, 3));
        pub.send(with(publish("", "2"), Property.TOPIC_ALIAS, 3));
        pub.send(publish("b", "3"));
        broker.run();
        assertThat(seen(trace))
                .extracting(traced -> (Publish) traced.packet())
                .extracting(it -> it.topic() + " " + new String(it.payload(), UTF_8))
                .containsExactly("a/b 1", "a/b 2");
    }

    @Test
    void hidesPasswords() throws Exception {
        Trace trace = begin(null, null);
        broker.client(V5).connect(connect(V5, "c").credentials("u", "secret").build());
        Connect shown = (Connect) seen(trace).getFirst().packet();
        assertThat(shown.userName()).isEqualTo("u");
        assertThat(shown.password()).isEqualTo("***".getBytes(UTF_8));
    }

    @Test
    void whatTheReaderIsTooSlowForIsDroppedAndCounted() throws Exception {
        Trace trace = begin("pub", "a");
        TestClient pub = broker.connect(V5, "pub");
        for (int i = 0; i < Trace.WAITING + 3; i++) {
            pub.send(publish("a", "x"));
        }
        broker.run();
        assertThat(trace.takeDropped()).isEqualTo(3);
        assertThat(seen(trace)).hasSize(Trace.WAITING);
        assertThat(trace.takeDropped()).isZero();
    }

    @Test
    void largePacketsAreBoundedByTheirBytes() throws Exception {
        Trace trace = begin("pub", "a");
        TestClient pub = broker.connect(V5, "pub");
        UserProperty large = new UserProperty("name", "x".repeat(60_000));
        for (int i = 0; i < 100; i++) {
            pub.send(with(publish("a", "x"), Property.USER_PROPERTY, large));
        }
        broker.run();
        int kept = (int) (Trace.WAITING_BYTES / 60_000) + 1;
        assertThat(trace.takeDropped()).isEqualTo(100 - kept);
        assertThat(seen(trace)).hasSize(kept);
        pub.send(with(publish("a", "x"), Property.USER_PROPERTY, large));
        broker.run();
        assertThat(seen(trace)).hasSize(1);
    }

    @Test
    void ofALongPayloadTheBeginningIsKept() throws Exception {
        Trace trace = begin("pub", "a");
        broker.connect(V5, "pub").send(publish("a", "x".repeat(Trace.PAYLOAD + 1)));
        broker.run();
        assertThat(((Publish) seen(trace).getFirst().packet()).payload()).hasSize(Trace.PAYLOAD);
    }

    @Test
    void onlySoManyRunAtOnceAndOneThatIsClosedSeesNothing() throws Exception {
        List<Trace> all = new ArrayList<>();
        for (int i = 0; i < Tracing.MOST; i++) {
            all.add(begin(null, null));
        }
        Tracing tracing = broker.broker().tracing();
        assertThat(tracing.begin(new TraceFilter(null, null))).isEmpty();
        all.forEach(Trace::close);
        assertThat(tracing.isOn()).isFalse();
        broker.connect(V5, "c");
        assertThat(seen(all.getFirst())).isEmpty();
        assertThat(begin(null, null)).isNotNull();
    }
}
