package io.godwit.server.configuration;

import io.godwit.admin.http.Role;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The keys of {@code admin}. */
final class AdminKeys {

    /** The block of users, by their names. */
    static final String USERS = "admin.users";

    /** The block of tokens, by their names. */
    static final String TOKENS = "admin.tokens";

    private static final KeyBlock<AdminDraft> ADMIN = new KeyBlock<>("admin.", it -> it.admin);

    private static final Kind<Role> ROLE =
            Kind.words(
                    Map.of("viewer", Role.VIEWER, "operator", Role.OPERATOR, "admin", Role.ADMIN));

    /** The keys of a user. */
    static final List<Key<AdminDraft.Somebody, ?>> OF_USER =
            List.of(
                    new Key<>("role", ROLE, "", (it, role) -> it.role = role),
                    new Key<>("password-file", Kind.path(), "", (it, file) -> it.file = file),
                    new Key<>("hash", Kind.text(), "", (it, hash) -> it.hash = hash));

    /** The keys of a token. */
    static final List<Key<AdminDraft.Somebody, ?>> OF_TOKEN =
            List.of(
                    new Key<>("role", ROLE, "", (it, role) -> it.role = role),
                    new Key<>("file", Kind.path(), "", (it, file) -> it.file = file));

    private AdminKeys() {}

    static List<Key<Draft, ?>> keys() {
        return List.of(
                ADMIN.key("enabled", Kind.truth(), "true", (it, is) -> it.enabled = is),
                ADMIN.key("bind", Kind.host(), "127.0.0.1", (it, host) -> it.bind = host),
                ADMIN.key(
                        "port",
                        Kind.integer(0, 65_535),
                        String.valueOf(AdminSettings.PORT),
                        (it, port) -> it.port = port),
                ADMIN.key("hosts", Kind.many(Kind.host()), "[]", (it, hosts) -> it.hosts = hosts),
                ADMIN.key(
                        "tls.certificate",
                        Kind.optional(Kind.path()),
                        "none",
                        (it, file) -> it.certificate = file),
                ADMIN.key(
                        "tls.key", Kind.optional(Kind.path()), "none", (it, file) -> it.key = file),
                ADMIN.key(
                        "audit.file",
                        Kind.optional(inDataDirectory()),
                        AdminSettings.AUDIT_FILE,
                        (it, file) -> it.auditFile = file));
    }

    private static Kind<Path> inDataDirectory() {
        return new Kind<>(
                "a path",
                "absolute, or relative to the data directory",
                false,
                text -> Kind.path().read(text));
    }

    /** The keys of what a path such as {@code admin.users.alice} names; empty if it is none. */
    static Optional<List<Key<AdminDraft.Somebody, ?>>> keysOf(String block) {
        return switch (block) {
            case USERS -> Optional.of(OF_USER);
            case TOKENS -> Optional.of(OF_TOKEN);
            default -> Optional.empty();
        };
    }

    /** Whether a path is a key of a user or a token, such as {@code admin.users.alice.role}. */
    static boolean isOfSomebody(String path) {
        String[] parts = path.split("\\.", 4);
        return parts.length == 4
                && keysOf(parts[0] + "." + parts[1])
                        .map(keys -> keys.stream().anyMatch(key -> key.path().equals(parts[3])))
                        .orElse(false);
    }
}
