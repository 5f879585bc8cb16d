package io.godwit.app;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes packets as a pcapng file, which Wireshark opens: each as a TCP segment between its client
 * and port 1883 of this machine. The segments are made up, what is in them is not. One thread uses
 * it.
 */
final class Pcapng {

    /** Each packet begins with an IP header. */
    private static final short RAW_IP = 101;

    private static final int PORT = 1883;
    private static final int TCP_HEADER = 20;

    /** Bytes of a segment; an IP packet holds less than 64 KiB. */
    private static final int SEGMENT = 32_768;

    private static final int SECTION = 0x0A0D0D0A;
    private static final int INTERFACE = 1;
    private static final int PACKET = 6;

    private final OutputStream out;

    /** The next sequence numbers, by who sends what to whom. */
    private final Map<String, Integer> sequences = new HashMap<>();

    /** Begins the file. */
    Pcapng(OutputStream out) throws IOException {
        this.out = out;
        // Byte order, version 1.0, and a section whose length is not known.
        block(SECTION, ints(0x1A2B3C4D, 1, -1, -1));
        block(INTERFACE, ints(RAW_IP, 0));
    }

    private static ByteBuffer ints(int... values) {
        ByteBuffer bytes = little(values.length * Integer.BYTES);
        for (int value : values) {
            bytes.putInt(value);
        }
        return bytes.flip();
    }

    private static ByteBuffer little(int capacity) {
        return ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Adds a packet of MQTT.
     *
     * @param fromClient whether the client has sent it
     */
    void add(Instant time, InetAddress client, int port, boolean fromClient, byte[] packet)
            throws IOException {
        for (int at = 0; at < packet.length; at += SEGMENT) {
            ByteBuffer part = ByteBuffer.wrap(packet, at, Math.min(SEGMENT, packet.length - at));
            segment(time, client, port, fromClient, part);
        }
    }

    private void segment(
            Instant time, InetAddress client, int port, boolean fromClient, ByteBuffer part)
            throws IOException {
        InetAddress own = InetAddress.getByAddress(own(client));
        ByteBuffer ip = ByteBuffer.allocate(64 + part.remaining());
        if (fromClient) {
            ip(ip, client, own, TCP_HEADER + part.remaining());
        } else {
            ip(ip, own, client, TCP_HEADER + part.remaining());
        }
        String peer = client.getHostAddress() + ' ' + port;
        int sequence = sequences.getOrDefault(peer + fromClient, 1);
        int acknowledged = sequences.getOrDefault(peer + !fromClient, 1);
        sequences.put(peer + fromClient, sequence + part.remaining());
        ip.putShort((short) (fromClient ? port : PORT));
        ip.putShort((short) (fromClient ? PORT : port));
        ip.putInt(sequence).putInt(acknowledged);
        ip.putShort((short) (TCP_HEADER / 4 << 12 | 0x18)); // PSH and ACK
        ip.putShort((short) 0xFFFF).putInt(0); // window; no checksum
        ip.put(part).flip();
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, time);
        ByteBuffer body = little(20 + padded(ip.remaining()));
        body.putInt(0).putInt((int) (micros >>> 32)).putInt((int) micros);
        body.putInt(ip.remaining()).putInt(ip.remaining());
        body.put(ip).position(body.capacity());
        block(PACKET, body.flip());
    }

    /** The loopback address of the client's family. */
    private static byte[] own(InetAddress client) {
        if (client instanceof Inet4Address) {
            return new byte[] {127, 0, 0, 1};
        }
        byte[] address = new byte[16];
        address[15] = 1;
        return address;
    }

    private static void ip(ByteBuffer out, InetAddress from, InetAddress to, int length) {
        int start = out.position();
        if (from instanceof Inet4Address) {
            out.put((byte) 0x45).put((byte) 0).putShort((short) (20 + length));
            out.putInt(0).put((byte) 64).put((byte) 6).putShort((short) 0);
            out.put(from.getAddress()).put(to.getAddress());
            out.putShort(start + 10, checksum(out, start, 20));
        } else {
            out.putInt(0x6000_0000).putShort((short) length).put((byte) 6).put((byte) 64);
            out.put(from.getAddress()).put(to.getAddress());
        }
    }

    /** The Internet checksum (RFC 1071). */
    private static short checksum(ByteBuffer bytes, int start, int length) {
        int sum = 0;
        for (int at = start; at < start + length; at += 2) {
            sum += bytes.getShort(at) & 0xFFFF;
        }
        sum = (sum & 0xFFFF) + (sum >>> 16);
        return (short) ~(sum + (sum >>> 16));
    }

    private static int padded(int length) {
        return length + 3 & ~3;
    }

    private void block(int type, ByteBuffer body) throws IOException {
        int length = 12 + body.remaining();
        ByteBuffer block = little(length);
        block.putInt(type).putInt(length).put(body).putInt(length);
        out.write(block.array());
    }
}
