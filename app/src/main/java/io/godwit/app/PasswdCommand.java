package io.godwit.app;

import io.godwit.access.authentication.PasswordFileEditor;
import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code godwit passwd}: edits a password file, as {@code mosquitto_passwd} does. */
@Command(
        name = "passwd",
        description = {
            "Edits a password file: gives a user a password, or with -D removes the user.",
            "The password is asked for, twice, on a terminal; otherwise it is the first line of"
                    + " the standard input."
        },
        mixinStandardHelpOptions = true,
        versionProvider = GodwitCommand.VersionLine.class)
final class PasswdCommand implements Callable<Integer> {

    private static final Map<String, PasswordFileEditor.Kind> KINDS = new TreeMap<>();

    static {
        for (PasswordFileEditor.Kind kind : PasswordFileEditor.Kind.values()) {
            KINDS.put(kind.word(), kind);
        }
    }

    private static final int LONGEST_LINE = 1 << 20;

    @Option(
            names = "-b",
            description =
                    "Takes the password from the command line, where other users of the machine"
                            + " can see it.")
    private boolean batch;

    @Option(names = "-c", description = "Makes a new file; one that is there is replaced.")
    private boolean create;

    @Option(names = "-D", description = "Removes the user.")
    private boolean delete;

    @Option(names = "-U", description = "Hashes all passwords of the file that are not.")
    private boolean update;

    @Option(
            names = "-H",
            paramLabel = "HASH",
            description =
                    "argon2id (default), scram-sha-256, scram-sha-512, sha512-pbkdf2 or sha512.")
    private String hash = PasswordFileEditor.Kind.ARGON2ID.word();

    @Parameters(index = "0", paramLabel = "FILE", description = "The password file.")
    private Path file = Path.of("");

    @Parameters(index = "1", paramLabel = "USER", arity = "0..1", description = "The user name.")
    private @Nullable String user;

    @Parameters(
            index = "2",
            paramLabel = "PASSWORD",
            arity = "0..1",
            description = "The password, with -b.")
    private @Nullable String password;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PasswordFileEditor.Kind kind = KINDS.get(hash);
        if (kind == null) {
            throw wrong("-H takes " + String.join(", ", KINDS.keySet()) + "; it is " + hash);
        }
        try {
            if (update) {
                return hashAll(kind);
            }
            if (user == null) {
                throw wrong("Say which user, as in: godwit passwd FILE USER");
            }
            return delete ? remove(user) : set(user, kind);
        } catch (IOException | IllegalArgumentException failure) {
            spec.commandLine().getErr().println(failure.getMessage());
            return Main.ERROR;
        }
    }

    private ParameterException wrong(String why) {
        return new ParameterException(spec.commandLine(), why);
    }

    private int hashAll(PasswordFileEditor.Kind kind) throws IOException {
        if (create || delete || batch || user != null) {
            throw wrong("-U takes the file alone");
        }
        PasswordFileEditor editor = PasswordFileEditor.open(file);
        int count = editor.hashAll(kind);
        if (count > 0) {
            editor.write();
        }
        spec.commandLine().getOut().printf("%s: %d passwords hashed.%n", file, count);
        return 0;
    }

    private int remove(String name) throws IOException {
        if (create || batch || password != null) {
            throw wrong("-D takes the file and the user alone");
        }
        PasswordFileEditor editor = PasswordFileEditor.open(file);
        if (!editor.remove(name)) {
            throw new IOException(file + ": no such user: " + name);
        }
        editor.write();
        return 0;
    }

    private int set(String name, PasswordFileEditor.Kind kind) throws IOException {
        if (batch != (password != null)) {
            throw wrong(
                    batch
                            ? "-b takes the password behind the user"
                            : "A password on the command line takes -b: other users can see it");
        }
        PasswordFileEditor editor =
                create ? PasswordFileEditor.create(file) : PasswordFileEditor.open(file);
        byte[] secret = password == null ? asked() : password.getBytes(StandardCharsets.UTF_8);
        editor.set(name, secret, kind);
        editor.write();
        return 0;
    }

    @SuppressWarnings("SystemConsoleNull") // it depends on the release and its options
    private static byte[] asked() throws IOException {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            return line(System.in);
        }
        byte[] first = bytes(console.readPassword("Password: "));
        byte[] second = bytes(console.readPassword("Reenter password: "));
        if (!Arrays.equals(first, second)) {
            throw new IOException("The passwords are not the same; nothing was changed.");
        }
        return first;
    }

    /** Nothing, if the terminal was closed: an empty password is refused. */
    private static byte[] bytes(char @Nullable [] typed) {
        ByteBuffer bytes =
                StandardCharsets.UTF_8.encode(CharBuffer.wrap(typed == null ? new char[0] : typed));
        byte[] password = new byte[bytes.remaining()];
        bytes.get(password);
        return password;
    }

    /** The first line, without its end. */
    private static byte[] line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next;
        while ((next = in.read()) >= 0 && next != '\n' && line.size() < LONGEST_LINE) {
            line.write(next);
        }
        byte[] bytes = line.toByteArray();
        boolean hasReturn = bytes.length > 0 && bytes[bytes.length - 1] == '\r';
        return hasReturn ? Arrays.copyOf(bytes, bytes.length - 1) : bytes;
    }
}
