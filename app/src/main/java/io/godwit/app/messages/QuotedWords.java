package io.godwit.app.messages;

import java.util.ArrayList;
import java.util.List;

/**
 * The words of a line that somebody types, told apart by spaces. Quotes, single and double, keep
 * spaces in a word; a backslash keeps what follows it, except between single quotes.
 */
final class QuotedWords {

    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean isWord;
    private char quote;

    private QuotedWords() {}

    /** The words of a line. */
    static List<String> of(String line) throws WrongUsage {
        QuotedWords reading = new QuotedWords();
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\' && reading.quote != '\'' && i + 1 < line.length()) {
                i++;
                reading.add(line.charAt(i));
            } else {
                reading.take(c);
            }
        }
        if (reading.quote != 0) {
            throw new WrongUsage("A quote is not closed: " + reading.quote);
        }
        reading.end();
        return reading.words;
    }

    private void take(char c) {
        boolean isQuote = c == '\'' || c == '"';
        if (isQuote && quote == 0) {
            quote = c;
            isWord = true;
        } else if (isQuote && quote == c) {
            quote = 0;
        } else if (Character.isWhitespace(c) && quote == 0) {
            end();
        } else {
            add(c);
        }
    }

    private void add(char c) {
        word.append(c);
        isWord = true;
    }

    private void end() {
        if (isWord) {
            words.add(word.toString());
        }
        word.setLength(0);
        isWord = false;
    }
}
