package io.godwit.broker.durable;

/**
 * How many queue entries refer to each stored message. Kept in memory only: after a start the
 * entries are counted anew while the broker works ({@link ReferenceScan}), and what is released
 * meanwhile is a debt that the count is reduced by. On the writing thread only.
 */
final class References {

    private final LongCounts counts = new LongCounts();
    private LongCounts debts = new LongCounts();

    /** Messages below it were there at the start, and are being counted. */
    private long countedBelow;

    /** Until {@link #counted}, messages with lower identifiers are those of an earlier process. */
    void expectCount(long below) {
        countedBelow = below;
    }

    /** References to a message that is written now. */
    void add(long messageId, int references) {
        counts.add(messageId, references);
    }

    /** One less; true if it was the last, so that the message is to be deleted. */
    boolean release(long messageId) {
        if (messageId < countedBelow) {
            debts.add(messageId, 1);
            return false;
        }
        return counts.add(messageId, -1) == 0;
    }

    /** Forgets a message that could not be written. */
    void forget(long messageId) {
        counts.add(messageId, -counts.get(messageId));
    }

    /**
     * The count of an earlier process's messages is done.
     *
     * @param unused is given those that nothing refers to any more
     */
    void counted(LongCounts found, LongCounts.Visitor unused) {
        found.forEach((messageId, references) -> {
            int left = references - debts.get(messageId);
            if (left > 0) {
                counts.add(messageId, left);
            } else {
                unused.visit(messageId, 0);
            }
        });
        countedBelow = 0;
        debts = new LongCounts();
    }

    /** How many messages are stored and referred to, as far as they are counted. */
    int messages() {
        return counts.size();
    }
}
