package io.godwit.server;

import io.godwit.access.authentication.InvalidPasswordFile;
import io.godwit.access.authentication.PasswordHash;
import io.godwit.access.authentication.StoredPasswords;
import io.godwit.admin.Accounts;
import io.godwit.admin.http.Role;
import io.godwit.server.configuration.AdminSettings;
import io.godwit.server.configuration.AdminSettings.Token;
import io.godwit.server.configuration.AdminSettings.User;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who may log in to the HTTP API, by the configuration. Immutable. */
final class AdminAccounts implements Accounts {

    /** Characters of the shortest token: what is shorter can be guessed. */
    private static final int SHORTEST = 16;

    private static final int LONGEST_FILE = 65_536;

    private final Map<String, Role> roles;
    private final StoredPasswords passwords;
    private final List<KnownToken> tokens;

    /** A token that is known by its digest, so that all comparisons are of one length. */
    private record KnownToken(byte[] digest, Account account) {}

    private AdminAccounts(
            Map<String, Role> roles, StoredPasswords passwords, List<KnownToken> tokens) {
        this.roles = roles;
        this.passwords = passwords;
        this.tokens = tokens;
    }

    /**
     * Reads the files that the settings name. Blocks.
     *
     * @throws IOException if one can't be used; says all that is wrong
     */
    static AdminAccounts read(AdminSettings settings) throws IOException {
        List<String> problems = new ArrayList<>();
        Map<String, Role> roles = new HashMap<>();
        Map<String, PasswordHash> hashes = new HashMap<>();
        for (User user : settings.users()) {
            roles.put(user.name(), user.role());
            try {
                hashes.put(user.name(), hashOf(user));
            } catch (InvalidPasswordFile wrong) {
                problems.add(String.valueOf(wrong.getMessage()));
            }
        }
        List<KnownToken> tokens = new ArrayList<>();
        for (Token token : settings.tokens()) {
            try {
                tokens.add(
                        new KnownToken(
                                digest(read(token.file())),
                                new Account(token.name(), token.role())));
            } catch (IOException wrong) {
                problems.add(String.valueOf(wrong.getMessage()));
            }
        }
        if (!problems.isEmpty()) {
            throw new IOException(String.join("\n", problems));
        }
        return new AdminAccounts(roles, StoredPasswords.of(hashes), tokens);
    }

    private static PasswordHash hashOf(User user) throws InvalidPasswordFile {
        return user.hash().isPresent()
                ? PasswordHash.parse(user.hash().get())
                : StoredPasswords.read(user.passwordFile().orElseThrow(), user.name());
    }

    private static byte[] read(Path file) throws IOException {
        String text;
        try {
            if (Files.size(file) > LONGEST_FILE) {
                throw new IOException(file + ": is larger than " + LONGEST_FILE + " bytes");
            }
            text = Files.readString(file).strip();
        } catch (NoSuchFileException missing) {
            throw new IOException(
                    file + ": no such file; 'openssl rand -hex 32' makes a good token", missing);
        }
        if (text.length() < SHORTEST) {
            throw new IOException(
                    file
                            + ": the token is shorter than "
                            + SHORTEST
                            + " characters; 'openssl rand -hex 32' makes a good one");
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] digest(byte[] token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java machine has SHA-256", e);
        }
    }

    @Override
    public boolean isEmpty() {
        return roles.isEmpty() && tokens.isEmpty();
    }

    @Override
    public @Nullable Account ofPassword(String user, byte[] password) throws IOException {
        if (!passwords.matches(user, password)) {
            return null;
        }
        Role role = roles.get(user);
        return role == null ? null : new Account(user, role);
    }

    @Override
    public @Nullable Account ofToken(byte[] token) {
        byte[] digest = digest(token);
        Account found = null;
        for (KnownToken known : tokens) {
            if (MessageDigest.isEqual(known.digest, digest)) {
                found = known.account;
            }
        }
        return found;
    }
}
