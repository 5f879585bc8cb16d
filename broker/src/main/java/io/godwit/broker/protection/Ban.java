package io.godwit.broker.protection;

import io.godwit.broker.auth.Network;
import io.godwit.codec.Utf8;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps clients out for a time.
 *
 * @param target which
 * @param until when it ends, in milliseconds of the wall clock, or {@link #FOREVER}
 * @param reason why, in words; version 5 clients are told
 */
public record Ban(Target target, long until, String reason) {

    /** {@link #until} of a ban that does not end by itself. */
    public static final long FOREVER = Long.MAX_VALUE;

    /**
     * Which clients a ban is about: those to which everything that is given applies.
     *
     * @param network where they come from, or null for anywhere
     * @param userName their user name, or null for any
     * @param clientId their Client Identifier, in which each {@code *} stands for any text, or null
     *     for any
     */
    public record Target(
            @Nullable Network network, @Nullable String userName, @Nullable String clientId) {

        /** Checks that it is about something. */
        public Target {
            if (network == null && userName == null && clientId == null) {
                throw new IllegalArgumentException(
                        "a ban needs an address, a user name or a client identifier");
            }
        }

        /** Whether its Client Identifier is a pattern. */
        boolean isPattern() {
            return clientId != null && clientId.indexOf('*') >= 0;
        }

        /** Whether a client is meant. */
        public boolean covers(
                @Nullable InetAddress address, @Nullable String user, String identifier) {
            return (network == null || address != null && network.contains(address))
                    && (userName == null || userName.equals(user))
                    && (clientId == null || matches(clientId, identifier));
        }

        /** In linear time for each part of the pattern, whatever it is. */
        private static boolean matches(String pattern, String text) {
            int star = pattern.indexOf('*');
            if (star < 0) {
                return pattern.equals(text);
            }
            if (!text.startsWith(pattern.substring(0, star))) {
                return false;
            }
            int at = star;
            while (true) {
                int next = pattern.indexOf('*', star + 1);
                String part = pattern.substring(star + 1, next < 0 ? pattern.length() : next);
                if (next < 0) {
                    return text.length() - part.length() >= at && text.endsWith(part);
                }
                int found = text.indexOf(part, at);
                if (found < 0) {
                    return false;
                }
                at = found + part.length();
                star = next;
            }
        }

        /** In words, such as {@code address 192.0.2.7 and user 'u'}. */
        @Override
        public String toString() {
            List<String> parts = new ArrayList<>();
            if (network != null) {
                parts.add("address " + network);
            }
            if (userName != null) {
                parts.add("user " + Utf8.quote(userName));
            }
            if (clientId != null) {
                parts.add("client identifier " + Utf8.quote(clientId));
            }
            return String.join(" and ", parts);
        }
    }

    /** Whether it has ended. */
    public boolean hasEnded(long wallMillis) {
        return until <= wallMillis;
    }

    /** Until when and why, in words. */
    public String why() {
        String end = until == FOREVER ? "for good" : "until " + Instant.ofEpochMilli(until);
        return "banned %s: %s".formatted(end, Utf8.quote(reason));
    }
}
