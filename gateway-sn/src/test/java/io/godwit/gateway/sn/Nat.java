package io.godwit.gateway.sn;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Passes datagrams of one client on to a server, as from an address of its own that changes. */
final class Nat implements AutoCloseable {

    private static final int LARGEST = 65_536;
    private static final long PATIENCE_SECONDS = 20;

    private final InetSocketAddress server;
    private final DatagramSocket inside;
    private volatile DatagramSocket outside;
    private volatile @Nullable SocketAddress client;
    private volatile Predicate<byte[]> isHeld = _ -> false;
    private final BlockingQueue<byte[]> held = new LinkedBlockingQueue<>();

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

    /** Keeps back what is like that of what the client sends from now on. */
    void hold(Predicate<byte[]> which) {
        isHeld = which;
    }

    /** Waits until something is kept back. */
    void awaitHeld() throws InterruptedException {
        byte[] datagram = held.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (datagram == null) {
            throw new AssertionError("nothing came that is to be kept back");
        }
        held.add(datagram);
    }

    /** Passes on what was kept back, and all from now on. */
    void release() throws IOException {
        isHeld = _ -> false;
        for (byte[] datagram = held.poll(); datagram != null; datagram = held.poll()) {
            outside.send(new DatagramPacket(datagram, datagram.length, server));
        }
    }

    private void outwards() {
        byte[] buffer = new byte[LARGEST];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, LARGEST);
                inside.receive(packet);
                client = packet.getSocketAddress();
                byte[] datagram = Arrays.copyOf(buffer, packet.getLength());
                if (isHeld.test(datagram)) {
                    held.add(datagram);
                } else {
                    outside.send(new DatagramPacket(datagram, datagram.length, server));
                }
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
