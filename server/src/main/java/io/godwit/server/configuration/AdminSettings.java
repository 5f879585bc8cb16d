package io.godwit.server.configuration;

import io.godwit.admin.http.Role;
import io.godwit.transport.Endpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The port of the HTTP API, and who may use it; configured under {@code admin}.
 *
 * @param enabled whether there is one
 * @param bind a name or an address of this machine
 * @param port 0 (any free port) to 65,535
 * @param tls how it encrypts, if it does
 * @param hosts names that it may be called by, beside those of loopback
 * @param users who may log in with a password
 * @param tokens who may log in without one
 * @param audit where changes are written down
 */
public record AdminSettings(
        boolean enabled,
        String bind,
        int port,
        Optional<Tls> tls,
        List<String> hosts,
        List<User> users,
        List<Token> tokens,
        AuditLog audit) {

    /** The usual port. */
    public static final int PORT = 18_083;

    /** The file of the audit log, in the data directory. */
    public static final String AUDIT_FILE = "audit.log";

    /** No port. */
    public static final AdminSettings NONE = onLoopback(PORT).withEnabled(false);

    /**
     * Encryption.
     *
     * @param certificate a file with the certificate, then those of its issuers, in PEM
     * @param key a file with its private key, in PEM and not encrypted
     */
    public record Tls(Path certificate, Path key) {}

    /**
     * Somebody with a password.
     *
     * @param passwordFile a file as {@code authentication.password-file}, where the name has a line
     * @param hash what would stand in such a file behind the colon, instead
     */
    public record User(String name, Optional<Path> passwordFile, Optional<String> hash, Role role) {

        /** Leaves the hash out. */
        @Override
        public String toString() {
            return "User[%s, %s]".formatted(name, role);
        }
    }

    /**
     * Somebody with a token.
     *
     * @param file where it stands alone
     */
    public record Token(String name, Path file, Role role) {}

    /**
     * The audit log.
     *
     * @param file absolute, or relative to the data directory; empty for none
     */
    public record AuditLog(Optional<String> file) {}

    /** Copies the lists. */
    public AdminSettings {
        hosts = List.copyOf(hosts);
        users = List.copyOf(users);
        tokens = List.copyOf(tokens);
    }

    /** A port that only this machine reaches, without users. */
    public static AdminSettings onLoopback(int port) {
        return new AdminSettings(
                true,
                "127.0.0.1",
                port,
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                new AuditLog(Optional.of(AUDIT_FILE)));
    }

    /** The same, open or not. */
    public AdminSettings withEnabled(boolean is) {
        return new AdminSettings(is, bind, port, tls, hosts, users, tokens, audit);
    }

    /** Whether only this machine reaches it, as far as its address tells. */
    public boolean isLoopback() {
        return new Endpoint.Tcp(bind, port).isLoopback();
    }

    /** Whether nobody can log in. */
    public boolean isOpen() {
        return users.isEmpty() && tokens.isEmpty();
    }
}
