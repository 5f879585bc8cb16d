package io.godwit.gateway.sn;

import static io.godwit.gateway.sn.SnClient.again;
import static io.godwit.gateway.sn.SnClient.bytes;
import static io.godwit.gateway.sn.SnClient.publish;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.shard.EventLoop;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.SimulatedDisk;
import io.godwit.gateway.sn.codec.MalformedDatagram;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnCodecV12;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A message that the broker could not store is taken when it comes again (§6.6). */
class SnDiskTroubleTest {

    private static final InetSocketAddress CLIENT = new InetSocketAddress("127.0.0.1", 10_000);

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private final SimulatedBroker broker =
            SimulatedBroker.options()
                    .disk(disk, SimulatedDisk.Durability.PROCESS, Duration.ZERO)
                    .start();
    private final List<SnMessage> got = new ArrayList<>();
    private final EventLoop loop = broker.newLoop();
    private final SnGateway gateway =
            new SnGateway(
                    SnSettings.of("sn", "127.0.0.1", 0),
                    loop,
                    broker.time(),
                    new Random(1),
                    (_, datagram) -> got.add(decode(datagram)),
                    broker.broker().forGateways(),
                    broker.shards(),
                    new InetSocketAddress("127.0.0.1", SnSettings.PORT),
                    null,
                    null);

    private static SnMessage decode(byte[] datagram) {
        try {
            return SnCodecV12.INSTANCE.decode(ByteBuffer.wrap(datagram)).message();
        } catch (MalformedDatagram malformed) {
            throw new AssertionError(malformed);
        }
    }

    /** What a client is answered at once. */
    private List<SnMessage> ask(SnMessage message) {
        got.clear();
        byte[] datagram = SnCodecV12.INSTANCE.encode(null, message);
        loop.execute(() -> gateway.receive(CLIENT, null, ByteBuffer.wrap(datagram)));
        broker.run();
        return List.copyOf(got);
    }

    private void repair() {
        disk.failWrites(false);
        broker.advance(Duration.ofSeconds(2)); // it is opened anew each second
    }

    @BeforeEach
    void connect() {
        assertThat(ask(SnClient.connect("c", false, false, 0)))
                .containsExactly(new SnMessage.ConnAck(ReturnCode.ACCEPTED));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whatWasRefusedForNowIsTakenLater(int qos) {
        ask(new SnMessage.Subscribe(false, 1, new SnTopic.Name(bytes("a/1")), 1));
        SnMessage.RegAck regAck =
                (SnMessage.RegAck) ask(new SnMessage.Register(0, 2, bytes("a/1"))).getFirst();
        SnMessage.Publish publish = publish(qos, regAck.topicId(), 3, "x");
        SnMessage refused = new SnMessage.PubAck(regAck.topicId(), 3, ReturnCode.CONGESTION);
        disk.failWrites(true);
        assertThat(ask(publish)).contains(refused);
        assertThat(ask(again(publish))).contains(refused);
        repair();
        assertThat(ask(again(publish)))
                .contains(
                        qos == 1
                                ? new SnMessage.PubAck(regAck.topicId(), 3, ReturnCode.ACCEPTED)
                                : new SnMessage.PubRec(3));
    }
}
