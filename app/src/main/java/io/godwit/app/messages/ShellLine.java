package io.godwit.app.messages;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of the shell: a command, its words, and the flags that several commands have. {@code --}
 * ends the flags.
 *
 * @param words behind the command, without flags
 */
record ShellLine(String command, List<String> words, int qos, boolean retain) {

    /** The words of a line, one or more, as such a line. */
    static ShellLine of(List<String> line) throws WrongUsage {
        List<String> words = new ArrayList<>();
        int qos = 0;
        boolean retain = false;
        boolean isBehindFlags = false;
        for (int i = 1; i < line.size(); i++) {
            String word = line.get(i);
            if (isBehindFlags || !word.startsWith("-") || word.equals("-")) {
                words.add(word);
                continue;
            }
            switch (word) {
                case "--" -> isBehindFlags = true;
                case "-q", "--qos" -> {
                    i++;
                    qos = qos(i < line.size() ? line.get(i) : "nothing");
                }
                case "-r", "--retain" -> retain = true;
                default ->
                        throw new WrongUsage(
                                "%s has no flag %s; words that begin with - stand behind --"
                                        .formatted(line.getFirst(), word));
            }
        }
        return new ShellLine(line.getFirst(), words, qos, retain);
    }

    private static int qos(String word) throws WrongUsage {
        return switch (word) {
            case "0" -> 0;
            case "1" -> 1;
            case "2" -> 2;
            default -> throw new WrongUsage("-q takes 0, 1 or 2, not " + word);
        };
    }

    /** One of the words. */
    String word(int index, String what) throws WrongUsage {
        if (index >= words.size()) {
            throw new WrongUsage("%s takes %s".formatted(command, what));
        }
        return words.get(index);
    }

    /** A word that is a number of a range. */
    int number(int index, String what, int least, int most) throws WrongUsage {
        String word = word(index, what);
        try {
            int number = Integer.parseInt(word);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notOne) {
            // said below
        }
        throw new WrongUsage(
                "%s takes %s, numbers from %d to %d, not %s"
                        .formatted(command, what, least, most, word));
    }
}
