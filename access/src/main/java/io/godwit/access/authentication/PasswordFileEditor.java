package io.godwit.access.authentication;

import io.godwit.access.authentication.scram.ScramHash;
import io.godwit.codec.Utf8;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Changes a password file and leaves what it doesn't change as it is: comments, the order, other
 * users. For one thread.
 */
public final class PasswordFileEditor {

    private static final int LONGEST = 65_535; // what CONNECT can carry

    private final Path path;
    private final SecureRandom random = new SecureRandom();
    private final List<String> lines;

    /** The kinds of hashes: those of {@code mosquitto_passwd -H}, and SCRAM's. */
    public enum Kind {
        /** One pass of SHA-512: for Mosquitto before 2.0 only. */
        SHA512,
        /** PBKDF2 with SHA-512. */
        SHA512_PBKDF2,
        /** Argon2id, which takes memory as well as time. */
        ARGON2ID,
        /** For SCRAM-SHA-256; a password in CONNECT will do as well. */
        SCRAM_SHA_256,
        /** For SCRAM-SHA-512. */
        SCRAM_SHA_512;

        /** The word for it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        private PasswordHash hash(byte[] password, SecureRandom random) {
            return switch (this) {
                case SHA512 -> Sha512Hash.of(password, random);
                case SHA512_PBKDF2 -> Pbkdf2Hash.of(password, random);
                case ARGON2ID -> Argon2Hash.of(password, random);
                case SCRAM_SHA_256 -> ScramEntry.of(ScramHash.SHA_256, password, random);
                case SCRAM_SHA_512 -> ScramEntry.of(ScramHash.SHA_512, password, random);
            };
        }
    }

    private PasswordFileEditor(Path path, List<String> lines) {
        this.path = path;
        this.lines = lines;
    }

    /** A file without users, which {@link #write} puts in the place of one that is there. */
    public static PasswordFileEditor create(Path path) {
        return new PasswordFileEditor(path, new ArrayList<>());
    }

    /**
     * A file that is there.
     *
     * @throws IOException if it can't be read; says why
     */
    public static PasswordFileEditor open(Path path) throws IOException {
        try {
            if (Files.size(path) > PasswordFile.LARGEST) {
                throw new IOException(path + ": is larger than " + PasswordFile.LARGEST + " bytes");
            }
            List<String> lines =
                    new ArrayList<>(Arrays.asList(Files.readString(path).split("\n", -1)));
            if (lines.getLast().isEmpty()) { // behind the end of the last line
                lines.removeLast();
            }
            return new PasswordFileEditor(path, lines);
        } catch (NoSuchFileException e) {
            throw new IOException(path + ": no such file; -c makes one", e);
        } catch (CharacterCodingException e) {
            throw new IOException(path + ": is not UTF-8 text", e);
        }
    }

    /**
     * Gives a user a password. A user that is there keeps its place, a new one comes last.
     *
     * @throws IllegalArgumentException if the file can't hold such a user, or CONNECT such a
     *     password; says why
     */
    public void set(String user, byte[] password, Kind kind) {
        check(user);
        if (password.length == 0 || password.length > LONGEST) {
            throw new IllegalArgumentException(
                    password.length == 0
                            ? "the password is empty"
                            : "the password is longer than " + LONGEST + " bytes");
        }
        String line = user + ":" + kind.hash(password, random);
        int place = place(user);
        remove(user);
        lines.add(place, line);
    }

    private static void check(String user) {
        String why = null;
        if (user.isEmpty() || !user.equals(user.strip())) {
            why = "is empty, or begins or ends with a space";
        } else if (user.indexOf(':') >= 0 || user.startsWith("#")) {
            why = "holds a colon, or begins with #";
        } else if (user.codePoints().anyMatch(Character::isISOControl)) {
            why = "holds a control character";
        } else if (user.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            why = "is longer than " + LONGEST + " bytes";
        }
        if (why != null) {
            throw new IllegalArgumentException("the user name " + Utf8.quote(user) + " " + why);
        }
    }

    private int place(String user) {
        for (int i = 0; i < lines.size(); i++) {
            if (isOf(user, lines.get(i))) {
                return i;
            }
        }
        return lines.size();
    }

    private static boolean isOf(String user, String line) {
        int colon = line.indexOf(':');
        return colon >= 0 && !line.startsWith("#") && line.substring(0, colon).strip().equals(user);
    }

    /** Takes a user out; false if there is none. */
    public boolean remove(String user) {
        return lines.removeIf(line -> isOf(user, line));
    }

    /**
     * Hashes the passwords that stand in the file as they are.
     *
     * @return how many
     * @throws IllegalArgumentException if one is empty; says which
     */
    public int hashAll(Kind kind) {
        int count = 0;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            int colon = line.indexOf(':');
            if (colon < 0 || line.startsWith("#")) {
                continue;
            }
            String password = line.substring(colon + 1).strip();
            if (password.isEmpty()) {
                throw new IllegalArgumentException(
                        "%s:%d: the password is empty".formatted(path, i + 1));
            }
            if (!PasswordHash.isHash(password)) {
                byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
                lines.set(i, line.substring(0, colon).strip() + ":" + kind.hash(bytes, random));
                count++;
            }
        }
        return count;
    }

    /**
     * Writes the file: at any moment the old one or the new one is there, also after a loss of
     * power. A new file is its owner's alone (mode 0600); one that was there keeps its owner, its
     * group and what these may, and others may nothing.
     *
     * @throws IOException if that is not possible, also where only the file's owner may give it
     *     away; then the old file is as it was
     */
    public void write() throws IOException {
        Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
        Path directory = target.resolveSibling(".");
        Path written =
                Files.createTempFile(
                        directory,
                        "." + target.getFileName(),
                        ".new",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        try {
            StringBuilder text = new StringBuilder();
            lines.forEach(line -> text.append(line).append('\n'));
            try (FileChannel channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            if (Files.exists(target)) {
                takeOver(target, written);
            }
            Files.move(written, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(written);
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Gives a file the owner and the permissions of another one. */
    private static void takeOver(Path from, Path to) throws IOException {
        PosixFileAttributes old = Files.readAttributes(from, PosixFileAttributes.class);
        PosixFileAttributeView view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        PosixFileAttributes made = view.readAttributes();
        if (!old.group().equals(made.group())) {
            view.setGroup(old.group());
        }
        if (!old.owner().equals(made.owner())) {
            view.setOwner(old.owner());
        }
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        permissions.addAll(old.permissions());
        permissions.removeAll(PosixFilePermissions.fromString("------rwx"));
        view.setPermissions(permissions);
    }
}
