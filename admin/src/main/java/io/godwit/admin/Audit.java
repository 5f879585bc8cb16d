package io.godwit.admin;

import io.godwit.admin.http.Caller;
import io.godwit.admin.http.Json;
import io.godwit.admin.http.Request;
import io.godwit.admin.http.Response;
import io.godwit.admin.http.Routes.Route;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a line in JSON for each change that somebody has made or tried: when, who, from where,
 * what, and what came of it. The file is its owner's alone; one that is full is kept under other
 * names, up to a number of them. Safe for every thread.
 */
public final class Audit {

    private static final Logger LOG = LoggerFactory.getLogger(Audit.class);

    /** Bytes from which on the file is kept under another name, and a new one begun. */
    static final long LARGEST = 10_000_000;

    /** How many full ones are kept. */
    static final int KEPT = 9;

    private static final int LONGEST = 200;

    /** Longer than others: it says whom something was done to. */
    private static final int LONGEST_PATH = 2_000;

    /** Keys of a body that are written down; no request takes more. */
    private static final int MOST_KEYS = 16;

    /** Values that are not written down: contents of messages and configurations. */
    private static final Set<String> CONTENTS =
            Set.of("text", "payload", "correlation", "token", "messages", "userProperties");

    private final @Nullable Path file;
    private final InstantSource clock;

    private Audit(@Nullable Path file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
    }

    /** Writes to a file, which is made when there is something to write; null for nowhere. */
    public static Audit to(@Nullable Path file) {
        return new Audit(file, InstantSource.system());
    }

    /** The same, with a clock. */
    static Audit to(Path file, InstantSource clock) {
        return new Audit(file, clock);
    }

    /** Writes down what came of a request, if it is one that may change something. */
    void note(Request request, Route route, Response response) {
        if (file == null || !route.isChange()) {
            return;
        }
        Caller caller = request.caller();
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("time", Times.text(clock.instant()));
        line.put("user", caller.name());
        line.put("role", caller.role().word());
        line.put("from", caller.from());
        line.put("method", request.method());
        line.put("path", cut(request.path(), LONGEST_PATH));
        if (!request.query().isEmpty()) {
            line.put("query", shortened(request.query()));
        }
        if (request.body().length > 0) {
            line.put("body", told(request.body()));
        }
        line.put("status", response.status());
        if (response.status() >= 400 && response.content().get("error") instanceof String why) {
            line.put("error", shortened(why));
        }
        write(line);
    }

    private static Map<String, @Nullable Object> told(byte[] body) {
        Map<String, @Nullable Object> told = new LinkedHashMap<>();
        try {
            Map<String, @Nullable Object> read = Json.read(body);
            read.entrySet().stream()
                    .limit(MOST_KEYS)
                    .forEach(it ->
                            told.put(shortened(it.getKey()), told(it.getKey(), it.getValue())));
            if (read.size() > MOST_KEYS) {
                told.put("...", read.size() - MOST_KEYS + " more keys");
            }
        } catch (IOException malformed) {
            told.put("malformed", body.length + " bytes");
        }
        return told;
    }

    private static @Nullable Object told(String key, @Nullable Object value) {
        return switch (value) {
            case String text when CONTENTS.contains(key) -> text.length() + " characters";
            case List<?> list -> list.size() + " elements";
            case Map<?, ?> map -> map.size() + " keys";
            case null -> null;
            case Integer _, Long _, Double _, Boolean _ -> value;
            default -> shortened(value.toString());
        };
    }

    private static String shortened(String text) {
        return cut(text, LONGEST);
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length) + "...";
    }

    private void write(Map<String, @Nullable Object> line) {
        byte[] json = Json.write(line);
        ByteBuffer bytes = ByteBuffer.allocate(json.length + 1).put(json).put((byte) '\n').flip();
        try {
            append(bytes);
        } catch (IOException failure) {
            LOG.error(
                    "the audit log {} could not be written ({}); the line was: {}",
                    file,
                    failure.getMessage(),
                    new String(json, StandardCharsets.UTF_8));
        }
    }

    private synchronized void append(ByteBuffer bytes) throws IOException {
        if (file == null) {
            return;
        }
        if (Files.exists(file) && Files.size(file) + bytes.remaining() > LARGEST) {
            for (int number = KEPT - 1; number >= 1; number--) {
                move(numbered(number), numbered(number + 1));
            }
            move(file, numbered(1));
        }
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.APPEND),
                        ownersAlone(file))) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    private Path numbered(int number) {
        return Path.of(file + "." + number);
    }

    private static void move(Path from, Path to) throws IOException {
        if (Files.exists(from)) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static FileAttribute<?>[] ownersAlone(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }
}
