package io.godwit.admin.http;

import java.net.InetAddress;
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

    /** The same one, once it is known who it is. */
    public Caller as(@Nullable String otherName, Role otherRole) {
        return new Caller(otherName, otherRole, from, address);
    }
}
