package io.godwit.transport;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A range of addresses, such as {@code 10.0.0.0/8} or {@code 2001:db8::/32}.
 *
 * @param network an address in it
 * @param bits how many of the first bits all its addresses share, 0 to 32 or 128
 */
public record Cidr(InetAddress network, int bits) {

    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,3}");

    /** Checks the range. */
    public Cidr {
        if (bits < 0 || bits > network.getAddress().length * 8) {
            throw new IllegalArgumentException(network.getHostAddress() + " has no /" + bits);
        }
    }

    /** Reads an address or a range; empty if the text is neither. No name is looked up. */
    public static Optional<Cidr> parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length > 2 || !LITERAL.matcher(parts[0]).matches()) {
            return Optional.empty();
        }
        try {
            InetAddress network = InetAddress.ofLiteral(parts[0]);
            int all = network.getAddress().length * 8;
            if (parts.length == 1) {
                return Optional.of(new Cidr(network, all));
            }
            return NUMBER.matcher(parts[1]).matches() && Integer.parseInt(parts[1]) <= all
                    ? Optional.of(new Cidr(network, Integer.parseInt(parts[1])))
                    : Optional.empty();
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }

    /** Whether an address is in the range. */
    public boolean contains(InetAddress address) {
        byte[] ours = network.getAddress();
        byte[] theirs = address.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        int whole = bits / 8;
        for (int i = 0; i < whole; i++) {
            if (ours[i] != theirs[i]) {
                return false;
            }
        }
        int mask = 0xff << (8 - bits % 8) & 0xff;
        return bits % 8 == 0 || (ours[whole] & mask) == (theirs[whole] & mask);
    }

    /** As {@link #parse} takes it. */
    @Override
    public String toString() {
        return network.getHostAddress() + "/" + bits;
    }
}
