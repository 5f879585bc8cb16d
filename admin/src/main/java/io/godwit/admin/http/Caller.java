package io.godwit.admin.http;

import java.net.InetAddress;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Who sends a request.
 *
 * @param name of the user or the token; null if nobody has logged in
 * @param role what the caller may do
 * @param from where the request comes from, for the audit log
 * @param address the same as an address; null over a Unix domain socket
 */
public record Caller(@Nullable String name, Role role, String from, @Nullable InetAddress address) {

    /** Bytes of an IPv6 address that stand for its owner, who may use all addresses behind them. */
    private static final int SITE = 8;

    /** The same one, once it is known who it is. */
    public Caller as(@Nullable String otherName, Role otherRole) {
        return new Caller(otherName, otherRole, from, address);
    }

    /**
     * What counts as one place that requests come from: an IPv4 address, the /64 of an IPv6
     * address, or a Unix domain socket, for which it is empty.
     */
    public String place() {
        byte[] bytes = address == null ? new byte[0] : address.getAddress();
        return HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, SITE));
    }
}
