package io.godwit.access.rules;

import java.util.Arrays;

/** Compares the Topic Filter of a rule with what a client names, byte by byte. */
final class Coverage {

    private Coverage() {}

    /**
     * Whether a filter matches a Topic Name, or every name that another filter matches (§4.7).
     *
     * @param filter a valid Topic Filter in UTF-8, without a share prefix
     * @param asked a valid Topic Name or Topic Filter in UTF-8, without a share prefix
     */
    static boolean covers(byte[] filter, byte[] asked) {
        if (asked[0] == '$' && filter[0] != '$') { // [v5 MQTT-4.7.2-1]
            return false;
        }
        int at = 0;
        int in = 0;
        while (true) {
            if (at < filter.length && filter[at] == '#') { // it fills the last level
                return true;
            }
            int end = levelEnd(filter, at);
            int askedEnd = levelEnd(asked, in);
            if (isLevel(filter, at, end, '+')) {
                if (isLevel(asked, in, askedEnd, '#')) {
                    // only as the first level does # stand for one level at least
                    return in == 0 && isRestAnything(filter, end);
                }
            } else if (!Arrays.equals(filter, at, end, asked, in, askedEnd)) {
                return false;
            }
            if (askedEnd == asked.length) { // sport/# matches sport as well
                return end == filter.length || isRestAnything(filter, end);
            }
            if (end == filter.length) {
                return false;
            }
            at = end + 1;
            in = askedEnd + 1;
        }
    }

    /** Whether there are names that both of two filters match. */
    static boolean overlaps(byte[] one, byte[] other) {
        boolean isDollar = one[0] == '$' || other[0] == '$';
        if (isDollar && one[0] != other[0]) {
            return false;
        }
        int at = 0;
        int in = 0;
        while (true) {
            int end = levelEnd(one, at);
            int otherEnd = levelEnd(other, in);
            if (isLevel(one, at, end, '#') || isLevel(other, in, otherEnd, '#')) {
                return true;
            }
            boolean isAny = isLevel(one, at, end, '+') || isLevel(other, in, otherEnd, '+');
            if (!isAny && !Arrays.equals(one, at, end, other, in, otherEnd)) {
                return false;
            }
            if (end == one.length || otherEnd == other.length) {
                return (end == one.length || isRestAnything(one, end))
                        && (otherEnd == other.length || isRestAnything(other, otherEnd));
            }
            at = end + 1;
            in = otherEnd + 1;
        }
    }

    private static int levelEnd(byte[] bytes, int from) {
        int end = from;
        while (end < bytes.length && bytes[end] != '/') {
            end++;
        }
        return end;
    }

    private static boolean isLevel(byte[] bytes, int from, int to, char wildcard) {
        return to == from + 1 && bytes[from] == wildcard;
    }

    private static boolean isRestAnything(byte[] filter, int from) {
        return from + 2 == filter.length && filter[from] == '/' && filter[from + 1] == '#';
    }
}
