package io.godwit.access.authentication;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A password file that can't be used; its message has a line for each problem, and no secret. */
public final class InvalidPasswordFile extends Exception {

    private static final long serialVersionUID = 1;

    private final transient Path path;
    private final transient List<Problem> problems;

    /**
     * Something wrong with it.
     *
     * @param line the line, from 1; 0 when it is not about one line
     */
    public record Problem(int line, String text) {}

    InvalidPasswordFile(Path path, List<Problem> problems) {
        super(
                problems.stream()
                        .map(it -> path + (it.line > 0 ? ":" + it.line : "") + ": " + it.text)
                        .collect(Collectors.joining("\n")));
        this.path = path;
        this.problems = List.copyOf(problems);
    }

    InvalidPasswordFile(Path path, String text) {
        this(path, List.of(new Problem(0, text)));
    }

    InvalidPasswordFile(Path path, IOException failure) {
        this(path, reason(failure));
    }

    private static String reason(IOException failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "no such file; 'godwit passwd -c FILE USER' makes one";
            case AccessDeniedException _ -> "permission denied";
            default -> "can't be read: " + failure.getMessage();
        };
    }

    /** The file. */
    public Path path() {
        return path;
    }

    /** The problems, at least one, in the order of their lines. */
    public List<Problem> problems() {
        return problems;
    }
}
