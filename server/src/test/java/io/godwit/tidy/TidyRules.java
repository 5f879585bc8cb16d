package io.godwit.tidy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The rules of style that a program can check. Each returns what breaks it, as {@code file:line:
 * why}.
 */
final class TidyRules {

    static final int METHOD_LINES = 70;
    static final int FILE_LINES = 500;

    private static final Pattern VAGUE_NAME = Pattern.compile(".*(Manager|Helper|Util|Utils|Impl)");
    private static final Pattern UNFINISHED =
            Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");
    private static final Pattern CODE_IN_COMMENT =
            Pattern.compile("\\s*//(\\s*}\\s*|.*[;{]\\s*|\\s*@[A-Z]\\w*\\s*)");
    private static final Pattern DEVELOPER_PATH =
            Pattern.compile(
                    "(?<![\\w.~$}*/-])/(home/[a-z]|root/|work/|Users/[A-Za-z])|[A-Z]:\\\\Users");
    private static final Pattern REGISTRY_HOST =
            Pattern.compile(
                    "\\b(repo1?|registry|deb|mirrors?|central|packages)(\\.[a-z0-9-]+)+\\.(org|com|net|io|dev)\\b"
                            + "|\\bpypi\\.org\\b");
    private static final Pattern METHOD_IN_PROSE =
            Pattern.compile("\\b([A-Z]\\w*)\\.([a-z]\\w*)\\(");

    private TidyRules() {}

    static List<String> longMethods(JavaSource source) {
        return source.methods().stream()
                .filter(method -> method.lastLine() - method.firstLine() + 1 > METHOD_LINES)
                .map(method ->
                        "%s:%d: %s.%s is longer than %d lines"
                                .formatted(
                                        source.path(),
                                        method.firstLine(),
                                        method.owner(),
                                        method.name(),
                                        METHOD_LINES))
                .toList();
    }

    static List<String> longFile(JavaSource source) {
        long lines = source.text().lines().count();
        return lines <= FILE_LINES
                ? List.of()
                : List.of(
                        "%s:%d: the file is longer than %d lines"
                                .formatted(source.path(), lines, FILE_LINES));
    }

    static List<String> vagueNames(JavaSource source) {
        return source.classes().stream()
                .filter(name -> VAGUE_NAME.matcher(name).matches())
                .map(name -> "%s: %s does not say what it is".formatted(source.path(), name))
                .toList();
    }

    static List<String> sleepsInTests(JavaSource source) {
        return !source.isTest()
                ? List.of()
                : source.sleeps().stream()
                        .map(line -> "%s:%d: a test must not sleep".formatted(source.path(), line))
                        .toList();
    }

    static List<String> commentedOutCode(JavaSource source) {
        return linesThat(CODE_IN_COMMENT, true, source.path(), source.text(), "code in a comment");
    }

    static List<String> unfinished(String path, String text) {
        return linesThat(
                UNFINISHED, false, path, text, "unfinished business belongs into an issue");
    }

    static List<String> developerPaths(String path, String text) {
        return linesThat(DEVELOPER_PATH, false, path, text, "names a path of one machine");
    }

    static List<String> registryHosts(String path, String text) {
        return linesThat(REGISTRY_HOST, false, path, text, "names the host of a registry");
    }

    /** Methods that a document names as {@code Class.method(} and that no source has. */
    static List<String> unknownMethods(String path, String text, Collection<JavaSource> sources) {
        Set<String> known =
                sources.stream()
                        .flatMap(source -> source.methods().stream())
                        .map(method -> method.owner() + "." + method.name())
                        .collect(Collectors.toSet());
        return METHOD_IN_PROSE
                .matcher(text)
                .results()
                .map(match -> match.group(1) + "." + match.group(2))
                .filter(method -> !known.contains(method))
                .map(method -> "%s: names %s(), which no source has".formatted(path, method))
                .distinct()
                .toList();
    }

    private static List<String> linesThat(
            Pattern pattern, boolean whole, String path, String text, String why) {
        List<String> found = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            var matcher = pattern.matcher(line);
            if (whole ? matcher.matches() : matcher.find()) {
                found.add("%s:%d: %s: %s".formatted(path, number, why, line.strip()));
            }
        }
        return found;
    }
}
