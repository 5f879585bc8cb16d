package io.godwit.server.crash;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What is between a broker's process and its disk: a library that is loaded before all others, so
 * that nothing in the broker knows of it.
 */
final class ForgetfulDisk {

    /** How it forgets. */
    enum Kind {
        /** What was not synced is gone with the process, as with the power. */
        SYNCED,
        /** The last writes to a log are gone with the process, as if written too late. */
        LATE
    }

    private final Kind kind;
    private final Path library;
    private final Path files;
    private final Path notes;

    /** How much of each file survives, and whatever was there when the process began. */
    private final Map<Path, Long> synced = new HashMap<>();

    private long forgotten;

    /**
     * A disk below a directory.
     *
     * @param directory gets the library and its notes
     * @param files the directory whose files are cut off
     */
    ForgetfulDisk(Kind kind, Path directory, Path files) throws Exception {
        this.kind = kind;
        this.library = directory.resolve("forgetful_disk.so");
        this.notes = directory.resolve("notes");
        this.files = files;
        compile();
    }

    private void compile() throws Exception {
        Process gcc;
        try {
            gcc =
                    new ProcessBuilder(
                                    "gcc",
                                    "-std=gnu11",
                                    "-Wall",
                                    "-Wextra",
                                    "-Werror",
                                    "-O1",
                                    "-shared",
                                    "-fPIC",
                                    "-o",
                                    library.toString(),
                                    Path.of("src/test/c/forgetful_disk.c")
                                            .toAbsolutePath()
                                            .toString(),
                                    "-ldl")
                            .redirectErrorStream(true)
                            .start();
        } catch (IOException missing) {
            throw new IOException(
                    "gcc is missing. Run ./test at the top: it installs it.", missing);
        }
        String said = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (gcc.waitFor() != 0) {
            throw new IOException("gcc could not compile the library:\n" + said);
        }
    }

    /** The environment of a process that is to have this disk. */
    Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD",
                library.toString(),
                "FORGETFUL_DISK",
                kind == Kind.SYNCED ? "synced" : "late",
                "FORGETFUL_DISK_NOTES",
                notes.toString());
    }

    /** After the process was killed: forgets what was not synced. */
    void forget() throws IOException {
        if (kind == Kind.LATE || !Files.exists(notes)) {
            return;
        }
        for (String note : Files.readAllLines(notes)) {
            String[] words = note.split("\t");
            Path file = Path.of(words[1]);
            if (words[0].equals("synced")) {
                synced.put(file, Long.parseLong(words[2]));
            } else if (synced.containsKey(file)) {
                synced.put(Path.of(words[2]), synced.remove(file));
            } else {
                synced.remove(Path.of(words[2]));
            }
        }
        Files.delete(notes);
        Map<Path, Long> left = new HashMap<>();
        for (Path file : regularFiles()) {
            long size = Files.size(file);
            long kept = Math.min(size, synced.getOrDefault(file, 0L));
            if (kept < size) {
                forgotten += size - kept;
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(kept);
                }
            }
            left.put(file, kept);
        }
        synced.clear();
        synced.putAll(left);
    }

    /** How many bytes were forgotten so far. */
    long forgotten() {
        return forgotten;
    }

    private List<Path> regularFiles() throws IOException {
        if (!Files.exists(files)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(files.toRealPath())) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
