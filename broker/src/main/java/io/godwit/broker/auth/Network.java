package io.godwit.broker.auth;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A range of addresses in CIDR notation, such as {@code 192.0.2.0/24}, or a single one. Two are
 * equal if they have the same addresses. Immutable.
 *
 * @param first its first address
 * @param bits how many leading bits all its addresses share, 0 to 32 or to 128
 */
public record Network(InetAddress first, int bits) {

    private static final int IPV4_BITS = 32;
    private static final int IPV6_BITS = 128;

    /** Of an IPv6 address so many bits stand for its owner, who may use all the others. */
    private static final int SITE_BITS = 64;

    /** An octet has no leading zero, with which some would take it for an octal number. */
    private static final Pattern IPV4 =
            Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");

    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,3}");

    /**
     * Of any of its addresses.
     *
     * @throws IllegalArgumentException if addresses of this kind have fewer bits; says how many
     */
    public Network {
        first = firstOf(first, bits);
    }

    private static InetAddress firstOf(InetAddress address, int bits) {
        int all = bitsOf(address);
        if (bits < 0 || bits > all) {
            throw new IllegalArgumentException(
                    "%s has no /%d: behind the / stands a number up to %d"
                            .formatted(address.getHostAddress(), bits, all));
        }
        if (bits == IPV4_BITS && all == IPV4_BITS) { // what comes with each connection
            return address;
        }
        byte[] bytes = address.getAddress();
        for (int i = 0; i < bytes.length; i++) {
            int kept = Math.clamp(bits - (long) i * Byte.SIZE, 0, Byte.SIZE);
            bytes[i] &= (byte) (0xFF << Byte.SIZE - kept);
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) { // it has the length of an address
            throw new IllegalArgumentException(impossible);
        }
    }

    /** How many bits an address has: 32 or 128. */
    public static int bitsOf(InetAddress address) {
        return address instanceof Inet4Address ? IPV4_BITS : IPV6_BITS;
    }

    /** What counts as one client's place: an IPv4 address, or the /64 of an IPv6 address. */
    public static Network siteOf(InetAddress address) {
        return new Network(address, address instanceof Inet4Address ? IPV4_BITS : SITE_BITS);
    }

    /**
     * The network that a text names: {@code 192.0.2.7}, {@code 192.0.2.0/24}, {@code
     * 2001:db8::/32}. No name is looked up.
     *
     * @throws IllegalArgumentException if it names none; says why
     */
    public static Network parse(String text) {
        String[] parts = text.split("/", -1);
        boolean isLiteral = IPV4.matcher(parts[0]).matches() || IPV6.matcher(parts[0]).matches();
        if (parts.length > 2 || !isLiteral) {
            throw new IllegalArgumentException(
                    "an address is written as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32");
        }
        InetAddress address = InetAddress.ofLiteral(parts[0]);
        if (parts.length == 1) {
            return new Network(address, bitsOf(address));
        }
        if (!NUMBER.matcher(parts[1]).matches()) {
            throw new IllegalArgumentException(
                    "behind the / stands a number up to " + bitsOf(address));
        }
        return new Network(address, Integer.parseInt(parts[1]));
    }

    /** Whether an address is one of its own. */
    public boolean contains(InetAddress address) {
        byte[] ours = first.getAddress();
        byte[] theirs = address.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        int other = Arrays.mismatch(ours, theirs);
        return other < 0 || other * Byte.SIZE + sharedBits(ours[other], theirs[other]) >= bits;
    }

    /** With how many equal bits two octets begin. */
    private static int sharedBits(byte one, byte other) {
        return Integer.numberOfLeadingZeros((one ^ other) & 0xFF) - (Integer.SIZE - Byte.SIZE);
    }

    /** As {@link #parse} takes it; a single address without its number of bits. */
    @Override
    public String toString() {
        String address = first.getHostAddress();
        return bits == bitsOf(first) ? address : address + "/" + bits;
    }
}
