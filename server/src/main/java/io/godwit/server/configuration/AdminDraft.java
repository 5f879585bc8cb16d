package io.godwit.server.configuration;

import io.godwit.access.authentication.PasswordHash;
import io.godwit.admin.http.Role;
import io.godwit.server.configuration.AdminSettings.AuditLog;
import io.godwit.server.configuration.AdminSettings.Tls;
import io.godwit.server.configuration.AdminSettings.Token;
import io.godwit.server.configuration.AdminSettings.User;
import io.godwit.transport.Endpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link AdminSettings} that are being put together. For one thread. */
final class AdminDraft {

    boolean enabled = true;
    String bind = "127.0.0.1";
    int port = AdminSettings.PORT;
    Optional<Path> certificate = Optional.empty();
    Optional<Path> key = Optional.empty();
    List<String> hosts = List.of();
    Optional<Path> auditFile = Optional.of(Path.of(AdminSettings.AUDIT_FILE));
    private final Map<String, Somebody> users = new LinkedHashMap<>();
    private final Map<String, Somebody> tokens = new LinkedHashMap<>();

    /** A user or a token. */
    static final class Somebody {
        @Nullable Path file;
        @Nullable String hash;
        @Nullable Role role;

        /** What is wrong with a user, in words behind its path; null if nothing is. */
        @Nullable String wrongAsUser() {
            if (role == null) {
                return NO_ROLE;
            }
            if ((file == null) == (hash == null)) {
                return file == null
                        ? " has neither password-file nor hash"
                        : " has both password-file and hash";
            }
            try {
                if (hash != null) {
                    PasswordHash.parse(hash);
                }
                return null;
            } catch (IllegalArgumentException wrong) { // which says nothing of it
                return ".hash is not one that 'godwit passwd' writes: " + wrong.getMessage();
            }
        }

        /** The same of a token. */
        @Nullable String wrongAsToken() {
            return role == null ? NO_ROLE : file == null ? " has no file" : null;
        }
    }

    private static final String NO_ROLE = " has no role; it takes admin, operator or viewer";

    /** A problem that several keys make together. */
    record Finding(String key, String text) {}

    Somebody user(String name) {
        return users.computeIfAbsent(name, _ -> new Somebody());
    }

    Somebody token(String name) {
        return tokens.computeIfAbsent(name, _ -> new Somebody());
    }

    /** What is wrong with it as a whole, each behind the path of its key. */
    List<Finding> wrong() {
        List<Finding> findings = new ArrayList<>();
        if (certificate.isPresent() != key.isPresent()) {
            findings.add(
                    certificate.isPresent()
                            ? new Finding("admin.tls.certificate", " needs admin.tls.key")
                            : new Finding("admin.tls.key", " needs admin.tls.certificate"));
        }
        if (!enabled || !users.isEmpty() || !tokens.isEmpty()) {
            return findings;
        }
        if (!onLoopback()) {
            findings.add(
                    new Finding(
                            "admin.bind",
                            " is "
                                    + bind
                                    + ", which others reach: nobody may use the HTTP API there"
                                    + " without a login; set admin.users or admin.tokens"));
        } else if (!hosts.isEmpty()) {
            findings.add(
                    new Finding(
                            "admin.hosts",
                            " lets others in: that needs admin.users or admin.tokens"));
        }
        return findings;
    }

    private boolean onLoopback() {
        return new Endpoint.Tcp(bind, port).isLoopback();
    }

    AdminSettings finish(Path workingDirectory) {
        List<User> withPassword = new ArrayList<>();
        users.forEach((name, it) ->
                withPassword.add(
                        new User(
                                name,
                                Optional.ofNullable(it.file).map(workingDirectory::resolve),
                                Optional.ofNullable(it.hash),
                                roleOf(it))));
        List<Token> withToken = new ArrayList<>();
        tokens.forEach((name, it) -> {
            if (it.file != null) {
                withToken.add(new Token(name, workingDirectory.resolve(it.file), roleOf(it)));
            }
        });
        return new AdminSettings(
                enabled,
                bind,
                port,
                certificate.isPresent() && key.isPresent()
                        ? Optional.of(
                                new Tls(
                                        workingDirectory.resolve(certificate.get()),
                                        workingDirectory.resolve(key.get())))
                        : Optional.empty(),
                hosts.stream().map(it -> it.toLowerCase(Locale.ROOT)).toList(),
                withPassword,
                withToken,
                new AuditLog(auditFile.map(Path::toString)));
    }

    private static Role roleOf(Somebody somebody) {
        return somebody.role == null ? Role.NONE : somebody.role;
    }
}
