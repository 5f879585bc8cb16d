package io.godwit.server.configuration;

import java.util.Comparator;
import java.util.List;

/** Finds the known key that was probably meant. */
public final class NearestKey {

    private static final int LONGEST = 100;

    private NearestKey() {}

    /**
     * The known path nearest to one that isn't: by the edits between them, or, for a key that
     * stands in the wrong block, by the edits between their last parts. The earlier of two that are
     * as near.
     *
     * @param known at least one
     */
    public static String of(String anything, List<String> known) {
        String unknown = anything.substring(0, Math.min(anything.length(), LONGEST));
        return known.stream()
                .min(Comparator.comparingInt(path -> distance(unknown, path)))
                .orElseThrow();
    }

    private static int distance(String unknown, String known) {
        int elsewhere = 3; // a key misspelt in its own block is likelier than one in a wrong block
        return Math.min(edits(unknown, known), elsewhere + edits(last(unknown), last(known)));
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /** How many letters have to be put in, taken out or changed (Levenshtein). */
    private static int edits(String from, String to) {
        int[] previous = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int changed = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(changed, 1 + Math.min(previous[j], row[j - 1]));
            }
            previous = row;
        }
        return previous[to.length()];
    }
}
