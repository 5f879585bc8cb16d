package io.godwit.gateway.sn;

import io.godwit.broker.shard.Time;
import java.net.DatagramPacket;
import org.eclipse.californium.scandium.DtlsDatagramFilter;
import org.eclipse.californium.scandium.dtls.Connection;
import org.eclipse.californium.scandium.dtls.Record;

/**
 * Drops datagrams of a source that are too many before anything is done with them. Among them fewer
 * may begin handshakes: who knows no key must not fill the table of sessions with handshakes that
 * he never ends.
 */
final class DtlsRates extends DtlsDatagramFilter {

    /** The part of a source's datagrams that may be ClientHello, of which a handshake has two. */
    private static final int HELLOS = 5;

    private static final int RECORD_EPOCH = 3;
    private static final int RECORD_HEADER = 13;
    private static final byte HANDSHAKE = 22;
    private static final byte CLIENT_HELLO = 1;

    private final SourceRates all;
    private final SourceRates hellos;
    private final Time time;
    private final SnPort.Counts counts;

    /**
     * A filter.
     *
     * @param perSecond datagrams that one source address may send in a second
     */
    DtlsRates(int perSecond, Time time, SnPort.Counts counts) {
        this.all = new SourceRates(perSecond);
        this.hellos = new SourceRates(Math.max(2, perSecond / HELLOS));
        this.time = time;
        this.counts = counts;
    }

    /** On the library's one thread that receives. */
    @Override
    public boolean onReceiving(DatagramPacket packet) {
        long now = time.monotonicMillis();
        if (all.admit(packet.getAddress(), now)
                && (!isHello(packet) || hellos.admit(packet.getAddress(), now))) {
            return super.onReceiving(packet);
        }
        counts.count(SnCounter.DROPPED_RATE);
        return false;
    }

    private static boolean isHello(DatagramPacket packet) {
        byte[] record = packet.getData();
        int start = packet.getOffset();
        return packet.getLength() > RECORD_HEADER
                && record[start] == HANDSHAKE
                && record[start + RECORD_EPOCH] == 0 // not encrypted
                && record[start + RECORD_EPOCH + 1] == 0
                && record[start + RECORD_HEADER] == CLIENT_HELLO;
    }

    /** Who proves with a wrong key is told nothing, but counted. */
    @Override
    public boolean onMacError(Record record, Connection connection) {
        if (!connection.hasEstablishedDtlsContext()) {
            counts.count(SnCounter.HANDSHAKES_FAILED);
        }
        return super.onMacError(record, connection);
    }
}
