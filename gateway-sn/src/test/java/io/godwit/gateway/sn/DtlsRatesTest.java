package io.godwit.gateway.sn;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.shard.Time;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DtlsRatesTest {

    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int CLIENT_KEY_EXCHANGE = 16;

    private long now;
    private final List<SnCounter> counted = new ArrayList<>();
    private final DtlsRates rates =
            new DtlsRates(
                    100,
                    new Time() {
                        @Override
                        public long monotonicMillis() {
                            return now;
                        }

                        @Override
                        public long wallMillis() {
                            return now;
                        }
                    },
                    counted::add);

    private long admitted(int times, int source, int type, int epoch, int message) {
        byte[] record = new byte[60];
        record[0] = (byte) type;
        record[4] = (byte) epoch;
        record[13] = (byte) message;
        InetAddress address = InetAddress.ofLiteral("192.0.2." + source);
        return IntStream.range(0, times)
                .filter(_ ->
                        rates.onReceiving(new DatagramPacket(record, record.length, address, 9)))
                .count();
    }

    private long hellos(int source) {
        return admitted(50, source, HANDSHAKE, 0, CLIENT_HELLO);
    }

    @Test
    void aFifthOfASourcesDatagramsMayBeginHandshakes() {
        assertThat(hellos(1)).isEqualTo(20);
        assertThat(counted).hasSize(30).containsOnly(SnCounter.DROPPED_RATE);
        assertThat(hellos(2)).isEqualTo(20);
        now += 500;
        assertThat(hellos(1)).isEqualTo(10);
    }

    @Test
    void theRestMayBeWhateverElse() {
        assertThat(hellos(1)).isEqualTo(20);
        assertThat(admitted(10, 1, HANDSHAKE, 0, CLIENT_KEY_EXCHANGE)).isEqualTo(10);
        assertThat(admitted(10, 1, HANDSHAKE, 1, CLIENT_HELLO)).isEqualTo(10);
        assertThat(admitted(100, 1, HANDSHAKE, 0, CLIENT_KEY_EXCHANGE)).isEqualTo(30);
    }
}
