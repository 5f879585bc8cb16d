package io.godwit.admin;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Times as answers have them: ISO 8601 in UTC, with milliseconds. */
final class Times {

    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private Times() {}

    /** The text of a time. */
    static String text(Instant time) {
        return FORMAT.format(time);
    }

    /** The same, or null for none. */
    static @Nullable String textOrNull(@Nullable Instant time) {
        return time == null ? null : text(time);
    }
}
