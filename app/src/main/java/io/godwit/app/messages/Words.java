package io.godwit.app.messages;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The words of a command line, or of a line in a file, taken one after the other. */
final class Words {

    private final Deque<String> words;

    /** Whether the last of them is all that is left of a line, and not taken apart yet. */
    private final boolean isLine;

    private String flag = "";

    private Words(List<String> words, boolean isLine) {
        this.words = new ArrayDeque<>(words);
        this.isLine = isLine;
    }

    /** Words that a shell has told apart. */
    static Words of(List<String> words) {
        return new Words(words, false);
    }

    /** A flag, and behind a space what it takes: several words if it takes several. */
    static Words ofLine(String line) {
        return new Words(List.of(line), true);
    }

    /** Whether another flag comes. */
    boolean hasNext() {
        return !words.isEmpty();
    }

    /** The next word, which is to be a flag. */
    String nextFlag() {
        flag = next();
        return flag;
    }

    /** The flag as it was written. */
    String flag() {
        return flag;
    }

    /**
     * The next word, whatever it looks like, of several that belong to the flag.
     *
     * @param what what is missing if there is none, such as {@code PROPERTY VALUE}
     */
    String value(String what) throws WrongUsage {
        expect(what);
        return next();
    }

    /** The last word that belongs to the flag; in a file it may have spaces. */
    String last(String what) throws WrongUsage {
        expect(what);
        return words.remove();
    }

    private void expect(String what) throws WrongUsage {
        if (words.isEmpty()) {
            throw new WrongUsage("%s takes %s".formatted(flag, what));
        }
    }

    private String next() {
        String word = words.remove();
        int space = isLine ? word.indexOf(' ') : -1;
        if (space < 0) {
            return word;
        }
        if (space + 1 < word.length()) {
            words.add(word.substring(space + 1));
        }
        return word.substring(0, space);
    }
}
