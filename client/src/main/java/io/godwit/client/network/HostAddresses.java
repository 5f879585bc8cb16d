package io.godwit.client.network;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The addresses of hosts. */
final class HostAddresses {

    /** How many addresses of a name are tried. */
    private static final int MOST = 16;

    private HostAddresses() {}

    /** Whether a host is written as an address. */
    static boolean isAddress(String host) {
        try {
            InetAddress.ofLiteral(host);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /**
     * The addresses of a host, at least one, in the order in which to try them. The system's
     * resolver can't be interrupted, so a thread of its own waits for it.
     */
    static List<InetAddress> of(String host, Opening opening) throws IOException {
        if (isAddress(host)) {
            return List.of(InetAddress.ofLiteral(host));
        }
        opening.begins("looking up the name " + host);
        FutureTask<InetAddress[]> lookup = new FutureTask<>(() -> InetAddress.getAllByName(host));
        opening.start("lookup", lookup);
        try {
            return alternating(lookup.get(opening.left(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException late) {
            throw opening.timedOut();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof UnknownHostException unknown) {
                throw new LinkProblem(
                        "no address is known for the name '%s': check its spelling, and whether this machine can look up names"
                                .formatted(host),
                        unknown);
            }
            throw new IOException(failure.getCause());
        }
    }

    /** IPv4 and IPv6 in turn, beginning with what the system prefers (RFC 8305 §4). */
    static List<InetAddress> alternating(InetAddress[] addresses) {
        boolean sixFirst = addresses[0] instanceof Inet6Address;
        Queue<InetAddress> next = new ArrayDeque<>();
        Queue<InetAddress> other = new ArrayDeque<>();
        for (InetAddress address : addresses) {
            (address instanceof Inet6Address == sixFirst ? next : other).add(address);
        }
        List<InetAddress> inTurn = new ArrayList<>();
        while (inTurn.size() < Math.min(MOST, addresses.length)) {
            InetAddress address = next.poll();
            if (address != null) {
                inTurn.add(address);
            }
            Queue<InetAddress> swapped = next;
            next = other;
            other = swapped;
        }
        return inTurn;
    }
}
