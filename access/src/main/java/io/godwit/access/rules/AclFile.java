package io.godwit.access.rules;

import io.godwit.access.rules.Rule.Placeholders;
import io.godwit.broker.auth.Identity;
import io.godwit.codec.Utf8;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Mosquitto's ACL file. Of a client's own block denials come first, then what is allowed; then
 * patterns, in the same way. Immutable and safe for every thread.
 */
public final class AclFile {

    /** Bytes of the largest file that is read. */
    public static final int LARGEST = 16_000_000;

    private static final Set<Action> READ = Set.of(Action.SUBSCRIBE, Action.RECEIVE);
    private static final Set<Action> WRITE = Set.of(Action.PUBLISH, Action.RETAIN, Action.WILL);

    private final String digest;
    private final Block anonymous = new Block();
    private final Map<String, Block> byUser = new HashMap<>();
    private final Block patterns = new Block();

    /** Stand before the patterns for clients whose names could widen them. */
    private final List<Rule> closed = new ArrayList<>();

    /** The rules of one kind: denials are asked first, wherever they stand. */
    private static final class Block {
        private final List<Rule> denied = new ArrayList<>();
        private final List<Rule> allowed = new ArrayList<>();

        void add(Rule rule) {
            (rule.isAllowed() ? allowed : denied).add(rule);
        }

        void addTo(List<Rule> all) {
            all.addAll(denied);
            all.addAll(allowed);
        }
    }

    /**
     * Something wrong in the file.
     *
     * @param line from 1; 0 for the file as a whole
     */
    public record Problem(int line, String text) {}

    private AclFile(byte[] content) {
        try {
            this.digest =
                    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java machine has SHA-256", e);
        }
    }

    /**
     * Reads a file.
     *
     * @param problems is given what is wrong with it; what could be read then must not be used
     */
    public static AclFile read(Path file, List<Problem> problems) {
        byte[] content;
        try (var in = Files.newInputStream(file)) {
            content = in.readNBytes(LARGEST + 1);
        } catch (IOException e) {
            problems.add(new Problem(0, "can't be read: " + reason(file, e)));
            return new AclFile(new byte[0]);
        }
        if (content.length > LARGEST) {
            problems.add(new Problem(0, "is larger than " + LARGEST + " bytes"));
            return new AclFile(content);
        }
        return parse(file.toString(), content, problems);
    }

    private static String reason(Path file, IOException e) {
        if (!Files.exists(file)) {
            return "no such file";
        }
        return Files.isReadable(file) ? String.valueOf(e.getMessage()) : "permission denied";
    }

    /**
     * Reads the content of a file.
     *
     * @param name what the places of its rules call it
     * @param problems is given what is wrong with it; what could be read then must not be used
     */
    static AclFile parse(String name, byte[] content, List<Problem> problems) {
        AclFile acl = new AclFile(content);
        Parser parser = new Parser(acl, name, problems);
        int line = 0;
        int start = 0;
        while (start < content.length) {
            int end = start;
            while (end < content.length && content[end] != '\n') {
                end++;
            }
            parser.line(++line, content, start, end);
            start = end + 1;
        }
        return acl;
    }

    /** SHA-256 of what was read, in hexadecimal: what the file holds now may be something else. */
    public String digest() {
        return digest;
    }

    /** The rules that a client may meet, in the order in which they are asked. */
    List<Rule> rulesFor(Identity client) {
        List<Rule> all = new ArrayList<>();
        String userName = client.userName();
        Block own = userName == null ? anonymous : byUser.get(userName);
        if (own != null) {
            own.addTo(all);
        }
        if (hasWildcard(client.clientId()) || userName != null && hasWildcard(userName)) {
            all.addAll(closed);
        }
        patterns.addTo(all);
        return all;
    }

    private static boolean hasWildcard(String name) {
        return name.indexOf('+') >= 0 || name.indexOf('#') >= 0;
    }

    /** Reads line after line. */
    private static final class Parser {

        private final AclFile acl;
        private final String name;
        private final List<Problem> problems;
        private Block block;

        Parser(AclFile acl, String name, List<Problem> problems) {
            this.acl = acl;
            this.name = name;
            this.problems = problems;
            this.block = acl.anonymous;
        }

        void line(int number, byte[] content, int start, int end) {
            String line;
            try {
                line =
                        StandardCharsets.UTF_8
                                .newDecoder()
                                .decode(ByteBuffer.wrap(content, start, end - start))
                                .toString();
            } catch (CharacterCodingException e) {
                problems.add(new Problem(number, "is not UTF-8"));
                return;
            }
            if (line.startsWith("#")) {
                return;
            }
            String text = trimmed(line);
            int blank = text.indexOf(' ');
            String word = blank < 0 ? text : text.substring(0, blank);
            String rest = blank < 0 ? "" : trimmed(text.substring(blank));
            switch (word) {
                case "" -> {}
                case "user" -> user(number, rest);
                case "topic" -> rule(number, rest, false);
                case "pattern" -> rule(number, rest, true);
                default ->
                        problems.add(
                                new Problem(
                                        number,
                                        "begins with "
                                                + Utf8.quote(word)
                                                + "; it takes user, topic, pattern or #"));
            }
        }

        private void user(int number, String userName) {
            if (userName.isEmpty()) {
                problems.add(new Problem(number, "user is not followed by a name"));
            } else {
                block = acl.byUser.computeIfAbsent(userName, _ -> new Block());
            }
        }

        private void rule(int number, String rest, boolean isPattern) {
            int blank = rest.indexOf(' ');
            String access = blank < 0 ? "readwrite" : rest.substring(0, blank);
            String filter = blank < 0 ? rest : trimmed(rest.substring(blank));
            Set<Action> actions =
                    switch (access) {
                        case "read" -> READ;
                        case "write" -> WRITE;
                        case "readwrite", "deny" -> Action.ALL;
                        default -> null;
                    };
            if (actions == null) {
                problems.add(
                        new Problem(
                                number,
                                "has the access "
                                        + Utf8.quote(access)
                                        + "; it takes read, write, readwrite or deny"));
                return;
            }
            String wrong = Filters.wrong(filter);
            if (wrong != null) {
                problems.add(new Problem(number, wrong));
                return;
            }
            boolean isAllowed = !access.equals("deny");
            Placeholders placeholders = isPattern ? Placeholders.MOSQUITTO : Placeholders.NONE;
            String place = name + ":" + number;
            Rule rule = new Rule(isAllowed, actions, filter, placeholders, Who.ANYBODY, 2, place);
            if (isPattern) {
                close(place);
                acl.patterns.add(rule);
            } else {
                block.add(rule);
            }
        }

        private void close(String place) {
            if (acl.closed.isEmpty()) {
                String why = place + ": names with + or # are refused where there are patterns";
                acl.closed.add(Rule.of(false, Action.ALL, "", why));
            }
        }

        /** Without white space at its ends, as C has it. */
        private static String trimmed(String text) {
            int start = 0;
            int end = text.length();
            while (start < end && isSpace(text.charAt(start))) {
                start++;
            }
            while (end > start && isSpace(text.charAt(end - 1))) {
                end--;
            }
            return text.substring(start, end);
        }

        private static boolean isSpace(char c) {
            return c == ' ' || c >= '\t' && c <= '\r';
        }
    }
}
