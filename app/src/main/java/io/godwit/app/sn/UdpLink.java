package io.godwit.app.sn;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A socket that hears its gateway and nobody else. */
final class UdpLink implements SnLink {

    private static final int LARGEST = 65_536;

    private final String gateway;
    private final DatagramSocket socket;
    private final byte[] buffer = new byte[LARGEST];

    /**
     * A socket for a gateway.
     *
     * @param port 1 to 65,535
     * @throws IOException if nobody knows the host
     */
    UdpLink(String host, int port) throws IOException {
        gateway = host + ":" + port;
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IOException("Nobody knows the host " + host + ".");
        }
        socket = new DatagramSocket();
        socket.connect(address);
    }

    @Override
    public void send(byte[] datagram) throws IOException {
        try {
            socket.send(new DatagramPacket(datagram, datagram.length));
        } catch (PortUnreachableException nobody) {
            throw nobodyIsThere(nobody);
        }
    }

    @Override
    public byte @Nullable [] receive(int millis) throws IOException {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.setSoTimeout(millis);
        try {
            socket.receive(packet);
        } catch (SocketTimeoutException nothing) {
            return null;
        } catch (PortUnreachableException nobody) {
            throw nobodyIsThere(nobody);
        }
        return Arrays.copyOf(buffer, packet.getLength());
    }

    private IOException nobodyIsThere(PortUnreachableException cause) {
        return new IOException("Nobody listens at udp " + gateway + ".", cause);
    }

    @Override
    public String hint() {
        return "";
    }

    @Override
    public String toString() {
        return gateway;
    }

    @Override
    public void close() {
        socket.close();
    }
}
