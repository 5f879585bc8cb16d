package io.godwit.store.rocksdb;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What was done about damaged files when a database was opened.
 *
 * @param damages what was found
 * @param quarantine where the damaged files, or what was cut off them, are now; nothing is deleted
 * @param keptEntries entries that were carried over; 0 if the files could stay because only the end
 *     of a log was cut off
 * @param lostEntries changes and entries that are known to be lost
 * @param perhapsMore whether more than those may be lost, because a file is gone or too damaged to
 *     say what was in it
 * @param time how long all of it took
 */
public record Salvage(
        List<Damage> damages,
        Path quarantine,
        long keptEntries,
        long lostEntries,
        boolean perhapsMore,
        Duration time) {

    /**
     * One thing that was wrong.
     *
     * @param file its name within the directory of the database
     * @param what what is wrong with it, in words
     */
    public record Damage(String file, String what) {
        @Override
        public String toString() {
            return file + ": " + what;
        }
    }

    private static final int MOST_NAMED = 10;

    /** All of it in a sentence or two, for the log. */
    public String inWords() {
        String named =
                damages.stream()
                        .limit(MOST_NAMED)
                        .map(Damage::toString)
                        .collect(Collectors.joining("; "));
        String more =
                damages.size() > MOST_NAMED
                        ? "; and " + (damages.size() - MOST_NAMED) + " more"
                        : "";
        String lost =
                lostEntries + (perhapsMore ? " entries or more are lost" : " entries are lost");
        String kept = keptEntries > 0 ? ", " + keptEntries + " were carried over" : "";
        return "Files of the store were damaged ("
                + named
                + more
                + "): "
                + lost
                + kept
                + ". What could not be used is kept in "
                + quarantine
                + ". This took "
                + time.toMillis()
                + " ms";
    }
}
