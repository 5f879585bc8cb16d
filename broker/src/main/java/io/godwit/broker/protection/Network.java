package io.godwit.broker.protection;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * A range of addresses in CIDR notation, such as {@code 192.0.2.0/24}, or a single one.
 *
 * @param first its first address
 * @param bits how many leading bits all its addresses share, 0 to 32 or to 128
 */
public record Network(InetAddress first, int bits) {

    /** Of an IPv6 address so many bits stand for its owner, who may use all the others. */
    private static final int SITE_BITS = 64;

    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    /**
     * The network of an address with so many bits.
     *
     * @throws IllegalArgumentException if the address has fewer bits
     */
    public static Network of(InetAddress address, int bits) {
        byte[] bytes = address.getAddress();
        if (bits < 0 || bits > bytes.length * Byte.SIZE) {
            throw new IllegalArgumentException(
                    "%s has no /%d".formatted(address.getHostAddress(), bits));
        }
        for (int i = 0; i < bytes.length; i++) {
            int kept = Math.clamp(bits - (long) i * Byte.SIZE, 0, Byte.SIZE);
            bytes[i] &= (byte) (0xFF << Byte.SIZE - kept);
        }
        try {
            return new Network(InetAddress.getByAddress(bytes), bits);
        } catch (UnknownHostException impossible) { // it has the length of an address
            throw new IllegalArgumentException(impossible);
        }
    }

    /** What counts as one client's place: an IPv4 address, or the /64 of an IPv6 address. */
    public static Network siteOf(InetAddress address) {
        return of(address, Math.min(address.getAddress().length * Byte.SIZE, SITE_BITS));
    }

    /**
     * The network that a text names: {@code 192.0.2.7}, {@code 192.0.2.0/24}, {@code
     * 2001:db8::/32}.
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
        int most = address.getAddress().length * Byte.SIZE;
        if (parts.length == 1) {
            return of(address, most);
        }
        if (!parts[1].matches("\\d{1,3}")) {
            throw new IllegalArgumentException("behind the / stands a number up to " + most);
        }
        return of(address, Integer.parseInt(parts[1]));
    }

    /** Whether an address is one of its own. */
    public boolean contains(InetAddress address) {
        return address.getAddress().length == first.getAddress().length
                && of(address, bits).first.equals(first);
    }

    /** As {@link #parse} takes it. */
    @Override
    public String toString() {
        String address = first.getHostAddress();
        return bits == first.getAddress().length * Byte.SIZE ? address : address + "/" + bits;
    }
}
