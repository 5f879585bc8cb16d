package io.godwit.access.rules;

import java.net.InetAddress;
import java.util.Optional;

/**
 * An address, or all addresses that begin with the same bits.
 *
 * @param address as it was written
 * @param bits how many bits count, 0 to 32 or 128
 */
public record Network(InetAddress address, int bits) {

    /**
     * The network of a text such as {@code 10.0.0.0/8} or {@code ::1}; empty if it is none. Names
     * of hosts are not looked up.
     */
    public static Optional<Network> of(String text) {
        int slash = text.indexOf('/');
        try {
            InetAddress address =
                    InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
            int most = address.getAddress().length * 8;
            int bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
            return bits >= 0 && bits <= most
                    ? Optional.of(new Network(address, bits))
                    : Optional.empty();
        } catch (IllegalArgumentException notOne) {
            return Optional.empty();
        }
    }

    /** Whether an address belongs to it. */
    public boolean contains(InetAddress other) {
        byte[] own = address.getAddress();
        byte[] its = other.getAddress();
        if (own.length != its.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> bit % 8;
            if ((own[bit / 8] & mask) != (its[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + bits;
    }
}
