package io.godwit.app.messages;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The flags of a command: what they are called, what they take, and what they do. They are read as
 * Mosquitto reads them (a flag is one word, what it takes are the next ones, whatever they look
 * like, and the last one counts) and without picocli, which takes longer to start than a message to
 * be published; that only prints them.
 */
final class Flags {

    /** What a flag does when it is met. */
    @FunctionalInterface
    interface Action {
        /** Takes from the words what belongs to the flag. */
        void take(Words words) throws WrongUsage;
    }

    /** Takes the word behind a flag. */
    @FunctionalInterface
    interface Taker<T> {
        /** Takes it. */
        void take(T value) throws WrongUsage;
    }

    /**
     * A flag.
     *
     * @param values what the words behind it stand for, such as {@code HOST}; often none
     */
    private record Flag(
            List<String> names, List<String> values, String description, Action action) {}

    private final List<Flag> all = new ArrayList<>();
    private final Map<String, Flag> byName = new HashMap<>();

    /** A flag that takes nothing. */
    void on(Runnable action, String description, String... names) {
        add(List.of(), _ -> action.run(), description, names);
    }

    /** A flag that takes a word. */
    void text(String value, Taker<String> taker, String description, String... names) {
        add(List.of(value), words -> taker.take(words.last(value)), description, names);
    }

    /** A flag that takes an integer of a range. */
    void number(
            String value,
            int least,
            int most,
            Taker<Integer> taker,
            String description,
            String... names) {
        Action action =
                words -> {
                    String word = words.last(value);
                    try {
                        int number = Integer.parseInt(word);
                        if (number >= least && number <= most) {
                            taker.take(number);
                            return;
                        }
                    } catch (NumberFormatException notOne) {
                        // said below
                    }
                    String range =
                            most == Integer.MAX_VALUE
                                    ? "a number, %d or more".formatted(least)
                                    : "a number from %d to %d".formatted(least, most);
                    throw new WrongUsage(
                            "%s takes %s, not %s".formatted(words.flag(), range, word));
                };
        add(List.of(value), action, description, names);
    }

    /** A flag that takes what it likes. */
    void add(List<String> values, Action action, String description, String... names) {
        Flag flag = new Flag(List.of(names), values, description, action);
        all.add(flag);
        for (String name : names) {
            byName.put(name, flag);
        }
    }

    /** Reads words to their end. */
    void read(Words words) throws WrongUsage {
        while (words.hasNext()) {
            Flag flag = byName.get(words.nextFlag());
            if (flag == null) {
                throw new WrongUsage("Unknown option '" + words.flag() + "'");
            }
            flag.action.take(words);
        }
    }

    /** The same for picocli, to print and to complete. */
    CommandSpec spec(String command, String... description) {
        CommandSpec spec = CommandSpec.create().name(command);
        spec.usageMessage().description(description).sortOptions(false).abbreviateSynopsis(true);
        for (Flag flag : all) {
            spec.addOption(
                    OptionSpec.builder(flag.names.toArray(String[]::new))
                            .arity(String.valueOf(flag.values.size()))
                            .type(flag.values.isEmpty() ? boolean.class : String[].class)
                            .paramLabel(String.join(" ", flag.values))
                            .hideParamSyntax(true)
                            .description(flag.description.replace("%", "%%"))
                            .build());
        }
        return spec;
    }
}
