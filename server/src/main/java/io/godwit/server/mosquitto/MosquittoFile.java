package io.godwit.server.mosquitto;

import io.godwit.server.configuration.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads a mosquitto.conf and what its include_dir lines name into one list of lines, as Mosquitto
 * does: a comment has its {@code #} in the first column, and files of a directory come in the order
 * of their names. For one thread.
 */
final class MosquittoFile {

    private static final int LARGEST = 1_000_000;
    private static final int MOST_FILES = 1_000;

    private final Path workingDirectory;
    private final List<Problem> problems;
    private final List<Directive> directives = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();

    private MosquittoFile(Path workingDirectory, List<Problem> problems) {
        this.workingDirectory = workingDirectory;
        this.problems = problems;
    }

    /**
     * Reads it; what is wrong is added to the problems.
     *
     * @param workingDirectory what relative paths start from
     */
    static MosquittoFile read(Path file, Path workingDirectory, List<Problem> problems) {
        MosquittoFile reader = new MosquittoFile(workingDirectory, problems);
        reader.read(workingDirectory.resolve(file).normalize(), true);
        return reader;
    }

    /** The lines that are no comments, in order. */
    List<Directive> directives() {
        return directives;
    }

    /** The files and directories that it was read from. */
    List<Path> files() {
        return files;
    }

    private void read(Path file, boolean isMain) {
        files.add(file);
        String text;
        try (InputStream stream = Files.newInputStream(file)) {
            byte[] content = stream.readNBytes(LARGEST + 1);
            if (content.length > LARGEST) {
                problems.add(
                        new Problem(file.toString(), 0, "is larger than " + LARGEST + " bytes"));
                return;
            }
            text = new String(content, StandardCharsets.UTF_8);
        } catch (IOException failure) {
            problems.add(new Problem(file.toString(), 0, reason(failure)));
            return;
        }
        int number = 0;
        for (String line : text.split("\r\n|\n|\r", -1)) {
            number++;
            if (!line.startsWith("#") && !line.isBlank()) {
                add(directive(line.strip(), file, number), isMain);
            }
        }
    }

    private static Directive directive(String line, Path file, int number) {
        String[] words = line.split("[ \t]+", 2);
        return new Directive(words[0], words.length == 2 ? words[1] : "", file.toString(), number);
    }

    private void add(Directive directive, boolean isMain) {
        if (!directive.key().equals("include_dir")) {
            directives.add(directive);
        } else if (isMain) {
            include(directive);
        } else {
            problems.add(
                    directive.problem("is taken in the main file only, not in an included one"));
        }
    }

    private void include(Directive directive) {
        List<Path> included;
        try (Stream<Path> entries = Files.list(workingDirectory.resolve(directive.value()))) {
            included =
                    entries.filter(path -> path.toString().endsWith(".conf"))
                            .limit(MOST_FILES + 1)
                            .sorted(Comparator.comparing(Path::toString, MosquittoFile::inOrder))
                            .toList();
        } catch (IOException failure) {
            problems.add(directive.problem(directive.shown() + ": " + reason(failure)));
            return;
        } catch (InvalidPathException e) {
            problems.add(directive.problem(directive.shown() + " is not a path"));
            return;
        }
        if (included.size() > MOST_FILES) {
            problems.add(directive.problem("has more than " + MOST_FILES + " files"));
            return;
        }
        files.add(workingDirectory.resolve(directive.value()).normalize());
        included.forEach(file -> read(file.normalize(), false));
    }

    /** {@code 01 A a B b}: by the letters, and of the same letter the capital first. */
    private static int inOrder(String left, String right) {
        int byLetters = String.CASE_INSENSITIVE_ORDER.compare(left, right);
        return byLetters != 0 ? byLetters : left.compareTo(right);
    }

    private static String reason(IOException failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "no such file";
            case NotDirectoryException _ -> "is not a directory";
            case AccessDeniedException _ -> "permission denied";
            default -> "can't be read: " + failure.getMessage();
        };
    }
}
