package io.godwit.gateway.sn;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Passes datagrams of one client on to a server, as from an address of its own that changes. */
final class Nat implements AutoCloseable {

    private static final int LARGEST = 65_536;

    private final InetSocketAddress server;
    private final DatagramSocket inside;
    private volatile DatagramSocket outside;
    private volatile @Nullable SocketAddress client;

    Nat(InetSocketAddress server) throws IOException {
        this.server = server;
        this.inside = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        this.outside = open();
        Thread.ofPlatform().daemon().start(this::outwards);
    }

    private DatagramSocket open() throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(() -> inwards(socket));
        return socket;
    }

    /** What the client takes for the server. */
    InetSocketAddress address() {
        return (InetSocketAddress) inside.getLocalSocketAddress();
    }

    /** The client has another address from now on, and nothing reaches it at the old one. */
    void rebind() throws IOException {
        DatagramSocket before = outside;
        outside = open();
        before.close();
    }

    private void outwards() {
        byte[] buffer = new byte[LARGEST];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, LARGEST);
                inside.receive(packet);
                client = packet.getSocketAddress();
                outside.send(new DatagramPacket(buffer, packet.getLength(), server));
            }
        } catch (IOException closed) {
            inside.close();
        }
    }

    private void inwards(DatagramSocket from) {
        byte[] buffer = new byte[LARGEST];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, LARGEST);
                from.receive(packet);
                SocketAddress to = client;
                if (to != null) {
                    inside.send(new DatagramPacket(buffer, packet.getLength(), to));
                }
            }
        } catch (IOException closed) {
            from.close();
        }
    }

    @Override
    public void close() {
        inside.close();
        outside.close();
    }
}
