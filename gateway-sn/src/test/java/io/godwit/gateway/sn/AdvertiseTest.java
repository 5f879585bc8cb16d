package io.godwit.gateway.sn;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.gateway.sn.SnSettings.Advertising;
import io.godwit.gateway.sn.codec.MalformedDatagram;
import io.godwit.gateway.sn.codec.SnCodecV12;
import io.godwit.gateway.sn.codec.SnMessage;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * ADVERTISE (§5.4.1, §6.1). What it is sent to in the place of a broadcast address is another
 * address of loopback, at the same port as the gateway has.
 */
class AdvertiseTest {

    private static final String EVERYBODY = "127.0.0.2";
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int INTERVAL = 900;

    private static SnMessage next(DatagramSocket socket) throws IOException, MalformedDatagram {
        DatagramPacket packet = new DatagramPacket(new byte[64], 64);
        socket.receive(packet);
        return SnCodecV12.INSTANCE
                .decode(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()))
                .message();
    }

    @Test
    void isSentAtOnceAndThenEachInterval() throws Exception {
        try (DatagramSocket heard = new DatagramSocket(0, InetAddress.ofLiteral(EVERYBODY));
                SnServer server =
                        new SnServer(it ->
                                SnTestSettings.advertising(
                                        it,
                                        heard.getLocalPort(),
                                        new Advertising(
                                                EVERYBODY, Duration.ofSeconds(INTERVAL))))) {
            heard.setSoTimeout(PATIENCE_MILLIS);
            SnMessage advertise = new SnMessage.Advertise(1, INTERVAL);
            assertThat(next(heard)).isEqualTo(advertise);
            for (int more = 0; more < 2; more++) {
                server.pass(Duration.ofSeconds(INTERVAL - 60));
                server.connected("c" + more).expectNothing();
                assertThat(server.count(SnCounter.DATAGRAMS_SENT)).isEqualTo(3 + 3L * more);
                server.pass(Duration.ofSeconds(60));
                assertThat(next(heard)).isEqualTo(advertise);
            }
        }
    }
}
