package io.godwit.app.doctor;

import java.time.Duration;
import java.util.Locale;

/** How findings say things. */
final class Words {

    private static final double NANOS_OF_MILLI = 1e6;

    private Words() {}

    /** A time, such as {@code 1.25 ms}. */
    static String time(Duration time) {
        return String.format(Locale.ROOT, "%.2f ms", time.toNanos() / NANOS_OF_MILLI);
    }

    /** What went wrong. */
    static String of(Exception failure) {
        String message = failure.getMessage();
        return message == null ? failure.toString() : message;
    }
}
