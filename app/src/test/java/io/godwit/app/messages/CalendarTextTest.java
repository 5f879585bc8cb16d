package io.godwit.app.messages;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalendarTextTest {

    private static final String CONVERSIONS = "aAbBcCdDeFgGhHIjklmMnNpPrRsStTuUVwWxXyYzZ%";

    /** Beginnings and ends of years, of days and of summer. */
    @ParameterizedTest
    @CsvSource({
        "2026-01-01T00:00:00Z, UTC",
        "2023-01-01T12:00:59Z, UTC",
        "2024-12-30T23:59:59Z, UTC",
        "2024-12-29T11:05:09Z, Europe/Berlin",
        "2026-07-04T22:30:00Z, Europe/Berlin",
        "2026-03-08T01:02:03Z, America/New_York",
        "2026-11-28T01:02:03Z, Asia/Kolkata",
        "2027-01-03T13:14:15.123456789Z, America/St_Johns"
    })
    void isWhatStrftimeWrites(Instant instant, String zone) throws Exception {
        ZonedDateTime time = instant.atZone(ZoneId.of(zone));
        StringBuilder format = new StringBuilder();
        StringBuilder written = new StringBuilder();
        for (char each : CONVERSIONS.toCharArray()) {
            format.append('[').append(each).append(" %").append(each).append(']');
            written.append('[').append(each).append(' ').append(CalendarText.of(each, time));
            written.append(']');
        }
        ProcessBuilder date =
                new ProcessBuilder("date", "-d", "@" + seconds(instant), "+" + format);
        date.environment().put("TZ", zone);
        date.environment().put("LC_ALL", "C");
        assertThat(written + "\n").isEqualTo(Ended.of(date, new byte[0]).out());
    }

    private static String seconds(Instant instant) {
        return "%d.%09d".formatted(instant.getEpochSecond(), instant.getNano());
    }
}
