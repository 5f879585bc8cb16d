package io.godwit.gateway.sn;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many datagrams each source address may send: a bucket for each that holds a second's worth.
 * Of so many sources that the table is full the one that was silent the longest is forgotten.
 */
final class SourceRates {

    private static final int MOST_SOURCES = 65_536;

    private static final class Bucket {
        private double left;
        private long filledAt;

        Bucket(double left, long now) {
            this.left = left;
            this.filledAt = now;
        }
    }

    private final int perSecond;
    private final Map<InetAddress, Bucket> buckets =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<InetAddress, Bucket> eldest) {
                    return size() > MOST_SOURCES;
                }
            };

    SourceRates(int perSecond) {
        this.perSecond = perSecond;
    }

    /** Whether a source may send another datagram. */
    boolean admit(InetAddress source, long nowMillis) {
        Bucket bucket = buckets.computeIfAbsent(source, _ -> new Bucket(perSecond, nowMillis));
        bucket.left =
                Math.min(
                        perSecond,
                        bucket.left + (nowMillis - bucket.filledAt) * perSecond / 1000.0);
        bucket.filledAt = nowMillis;
        if (bucket.left < 1) {
            return false;
        }
        bucket.left--;
        return true;
    }
}
