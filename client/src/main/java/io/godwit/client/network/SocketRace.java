package io.godwit.client.network;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connects to one of the addresses of a host. The next one is begun as soon as one has failed, or
 * has said nothing for a quarter of a second (RFC 8305 §5); the first that answers is taken.
 */
final class SocketRace {

    private static final Duration STAGGER = Duration.ofMillis(250);

    private record Outcome(
            SocketChannel channel, InetSocketAddress to, @Nullable Exception failure) {}

    private final List<InetSocketAddress> addresses;
    private final @Nullable InetAddress local;
    private final Opening opening;
    private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    private final List<SocketChannel> begun = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    private SocketRace(
            List<InetSocketAddress> addresses, @Nullable InetAddress local, Opening opening) {
        this.addresses = addresses;
        this.local = local;
        this.opening = opening;
    }

    /**
     * Connects to a host.
     *
     * @param localAddress the address of this machine to use, or null
     */
    static Link connect(String host, int port, @Nullable String localAddress, Opening opening)
            throws IOException {
        InetAddress local =
                localAddress == null ? null : HostAddresses.of(localAddress, opening).getFirst();
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (InetAddress address : HostAddresses.of(host, opening)) {
            if (local == null || local.getClass() == address.getClass()) {
                addresses.add(new InetSocketAddress(address, port));
            }
        }
        String place = ServerAddress.place(host, port);
        if (addresses.isEmpty()) {
            throw new LinkProblem(
                    "the local address %s is of another kind (IPv4, IPv6) than those of %s"
                            .formatted(localAddress, host));
        }
        opening.begins("connecting to " + place);
        return opening.owns(
                new ChannelLink(new SocketRace(addresses, local, opening).run(), place));
    }

    private SocketChannel run() throws IOException {
        try {
            return firstToConnect();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        } finally {
            for (SocketChannel loser : begun) {
                loser.close();
            }
        }
    }

    private SocketChannel firstToConnect() throws IOException, InterruptedException {
        int next = 0;
        while (failures.size() < addresses.size()) {
            if (next < addresses.size()) {
                begin(addresses.get(next++));
            }
            long left = opening.left();
            long wait = next < addresses.size() ? Math.min(left, STAGGER.toNanos()) : left;
            Outcome outcome = outcomes.poll(wait, TimeUnit.NANOSECONDS);
            if (outcome == null && opening.left() <= 0) {
                throw opening.timedOut();
            }
            if (outcome != null && outcome.failure == null) {
                begun.remove(outcome.channel);
                return outcome.channel;
            }
            if (outcome != null) {
                failures.add(words(outcome));
            }
        }
        throw new LinkProblem(
                "no connection to %s; is the server running there, and is that its port?"
                        .formatted(String.join(", nor to ", failures)));
    }

    private static String words(Outcome outcome) {
        InetSocketAddress to = outcome.to;
        Exception failure = outcome.failure;
        return "%s (%s)"
                .formatted(
                        ServerAddress.place(to.getAddress().getHostAddress(), to.getPort()),
                        failure == null ? "" : failure.getMessage());
    }

    private void begin(InetSocketAddress to) throws IOException {
        SocketChannel channel = SocketChannel.open();
        begun.add(channel);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (local != null) {
            bind(channel, local);
        }
        opening.start("connect", () -> outcomes.add(attempt(channel, to)));
    }

    private static void bind(SocketChannel channel, InetAddress local) throws IOException {
        try {
            channel.bind(new InetSocketAddress(local, 0));
        } catch (IOException failure) {
            throw new LinkProblem(
                    "the local address %s can't be used (%s): it has to be one of this machine"
                            .formatted(local.getHostAddress(), failure.getMessage()),
                    failure);
        }
    }

    private static Outcome attempt(SocketChannel channel, InetSocketAddress to) {
        try {
            channel.connect(to);
            return new Outcome(channel, to, null);
        } catch (IOException | UnsupportedAddressTypeException failure) {
            return new Outcome(channel, to, failure);
        }
    }
}
