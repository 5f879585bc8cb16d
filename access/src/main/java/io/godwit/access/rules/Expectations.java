package io.godwit.access.rules;

import io.godwit.broker.control.Explanation;
import io.godwit.broker.control.Question;
import io.godwit.broker.control.Question.Act;
import io.godwit.broker.control.Refusal;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file of expectations about the rules, one a line, such as {@code allow publish client=dev1
 * user=alice topic=a/b qos=1}. Immutable.
 */
public final class Expectations {

    private static final Pattern WORD = Pattern.compile("([a-z]+)(=(\"([^\"]*)\"|[^\" ]*))?( +|$)");
    private static final Set<String> KEYS =
            Set.of("client", "user", "group", "address", "listener", "topic", "qos", "retain");

    private final String file;
    private final List<Expectation> all;

    /** One line. */
    private record Expectation(int line, String text, boolean isAllowed, Question question) {}

    private Expectations(String file, List<Expectation> all) {
        this.file = file;
        this.all = List.copyOf(all);
    }

    /**
     * Reads expectations.
     *
     * @param file what messages call it
     * @param problems is given each line that is not understood, as {@code file:line: why}
     */
    public static Expectations parse(String file, List<String> lines, List<String> problems) {
        List<Expectation> all = new ArrayList<>();
        int number = 0;
        for (String line : lines) {
            number++;
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            try {
                all.add(expectation(number, text));
            } catch (IllegalArgumentException wrong) {
                problems.add(file + ":" + number + ": " + wrong.getMessage());
            }
        }
        return new Expectations(file, all);
    }

    /** How many there are. */
    public int count() {
        return all.size();
    }

    /** Those that these rules do not meet, each as {@code file:line: what is so and why}. */
    public List<String> failures(Explainer rules) {
        List<String> failures = new ArrayList<>();
        for (Expectation expectation : all) {
            String place = file + ":" + expectation.line() + ": ";
            try {
                Explanation explanation = rules.explain(expectation.question());
                if (explanation.isAllowed() != expectation.isAllowed()) {
                    failures.add(
                            "%s%s: it is %s (%s)"
                                    .formatted(
                                            place,
                                            expectation.text(),
                                            explanation.isAllowed() ? "allowed" : "denied",
                                            explanation.verdict()));
                }
            } catch (Refusal refusal) {
                failures.add(place + refusal.getMessage());
            }
        }
        return failures;
    }

    private static Expectation expectation(int line, String text) {
        List<String> words = new ArrayList<>();
        Map<String, String> values = new LinkedHashMap<>();
        Matcher matcher = WORD.matcher(text);
        int end = 0;
        while (matcher.lookingAt()) {
            String name = matcher.group(1);
            String value = matcher.group(4) != null ? matcher.group(4) : matcher.group(3);
            if (value == null) {
                words.add(name);
            } else if (!KEYS.contains(name)) {
                throw new IllegalArgumentException(
                        "no such word: " + name + "=; it takes " + String.join(", ", sorted()));
            } else if (values.put(name, value) != null) {
                throw new IllegalArgumentException(name + "= stands there twice");
            }
            end = matcher.end();
            matcher.region(end, text.length());
        }
        if (end < text.length() || words.size() != 2) {
            throw new IllegalArgumentException(
                    "is not understood; it takes allow or deny, then publish, subscribe, receive or"
                            + " will, then client=... user=... topic=... qos=...");
        }
        boolean isAllowed =
                switch (words.get(0)) {
                    case "allow" -> true;
                    case "deny" -> false;
                    default ->
                            throw new IllegalArgumentException(
                                    "begins with " + words.get(0) + "; it takes allow or deny");
                };
        return new Expectation(line, text, isAllowed, question(act(words.get(1)), values));
    }

    private static List<String> sorted() {
        return KEYS.stream().sorted().map(key -> key + "=").toList();
    }

    private static Act act(String word) {
        return switch (word) {
            case "publish" -> Act.PUBLISH;
            case "subscribe" -> Act.SUBSCRIBE;
            case "receive" -> Act.RECEIVE;
            case "will" -> Act.CONNECT;
            default ->
                    throw new IllegalArgumentException(
                            word + " is nothing that it takes: publish, subscribe, receive, will");
        };
    }

    private static Question question(Act act, Map<String, String> values) {
        String client = values.get("client");
        String topic = values.get("topic");
        if (client == null || topic == null) {
            throw new IllegalArgumentException(
                    (client == null ? "client=" : "topic=") + " is missing");
        }
        String user = values.getOrDefault("user", "-");
        Set<String> groups = new HashSet<>();
        String group = values.get("group");
        if (group != null) {
            groups.addAll(List.of(group.split(",")));
        }
        return new Question(
                act,
                client,
                user.equals("-") ? null : user,
                groups,
                address(values.get("address")),
                values.getOrDefault("listener", ""),
                topic,
                qos(values.getOrDefault("qos", "0")),
                retain(values.getOrDefault("retain", "false")));
    }

    private static @Nullable InetAddress address(@Nullable String text) {
        try {
            return text == null ? null : InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException notOne) {
            throw new IllegalArgumentException(
                    "address= is " + text + "; it takes an address such as 10.0.0.1", notOne);
        }
    }

    private static int qos(String text) {
        return switch (text) {
            case "0" -> 0;
            case "1" -> 1;
            case "2" -> 2;
            default -> throw new IllegalArgumentException("qos= is " + text + "; it takes 0 to 2");
        };
    }

    private static boolean retain(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default ->
                    throw new IllegalArgumentException(
                            "retain= is " + text + "; it takes true or false");
        };
    }
}
