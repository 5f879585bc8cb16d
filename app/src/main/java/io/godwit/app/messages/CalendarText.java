package io.godwit.app.messages;

import java.time.DayOfWeek;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.time.temporal.IsoFields;
import java.util.Locale;
import java.util.TimeZone;

/** Parts of a date and time as C's {@code strftime} writes them without a locale. */
final class CalendarText {

    private CalendarText() {}

    /** What {@code %} and this character stand for; themselves if they stand for nothing. */
    static String of(char conversion, ZonedDateTime time) {
        return switch (conversion) {
            case 'a' -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case 'A' -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'b', 'h' -> time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case 'B' -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'c' -> all("a b e T Y", time);
            case 'C' -> two(time.getYear() / 100);
            case 'd' -> two(time.getDayOfMonth());
            case 'D', 'x' -> of('m', time) + '/' + of('d', time) + '/' + of('y', time);
            case 'e' -> spaced(time.getDayOfMonth());
            case 'F' -> of('Y', time) + '-' + of('m', time) + '-' + of('d', time);
            case 'g' -> two(time.get(IsoFields.WEEK_BASED_YEAR) % 100);
            case 'G' -> String.valueOf(time.get(IsoFields.WEEK_BASED_YEAR));
            case 'H' -> two(time.getHour());
            case 'I' -> two(hourOfHalfDay(time));
            case 'j' -> "%03d".formatted(time.getDayOfYear());
            case 'k' -> spaced(time.getHour());
            case 'l' -> spaced(hourOfHalfDay(time));
            case 'm' -> two(time.getMonthValue());
            case 'M' -> two(time.getMinute());
            case 'n' -> "\n";
            case 'N' -> "%09d".formatted(time.getNano());
            case 'p' -> time.getHour() < 12 ? "AM" : "PM";
            case 'P' -> time.getHour() < 12 ? "am" : "pm";
            case 'r' ->
                    of('I', time) + ':' + of('M', time) + ':' + of('S', time) + ' ' + of('p', time);
            case 'R' -> of('H', time) + ':' + of('M', time);
            case 's' -> String.valueOf(time.toEpochSecond());
            case 'S' -> two(time.getSecond());
            case 't' -> "\t";
            case 'T', 'X' -> of('H', time) + ':' + of('M', time) + ':' + of('S', time);
            case 'u' -> String.valueOf(time.getDayOfWeek().getValue());
            case 'U' -> two((time.getDayOfYear() + 6 - dayFromSunday(time)) / 7);
            case 'V' -> two(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
            case 'w' -> String.valueOf(dayFromSunday(time));
            case 'W' -> two((time.getDayOfYear() + 7 - time.getDayOfWeek().getValue()) / 7);
            case 'y' -> two(time.getYear() % 100);
            case 'Y' -> String.valueOf(time.getYear());
            case 'z' -> offset(time);
            case 'Z' -> zone(time);
            case '%' -> "%";
            default -> "%" + conversion;
        };
    }

    /** Date and time to the second, with the offset: {@code 2016-08-10T09:47:38+0100}. */
    static String iso(ZonedDateTime time) {
        return of('F', time) + 'T' + of('T', time) + of('z', time);
    }

    /** The same to the microsecond. */
    static String precise(ZonedDateTime time) {
        return "%sT%s.%06d%s"
                .formatted(of('F', time), of('T', time), time.getNano() / 1_000, of('z', time));
    }

    private static String all(String conversions, ZonedDateTime time) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < conversions.length(); i++) {
            char each = conversions.charAt(i);
            text.append(each == ' ' ? " " : of(each, time));
        }
        return text.toString();
    }

    private static String two(int number) {
        return number < 10 ? "0" + number : String.valueOf(number);
    }

    private static String spaced(int number) {
        return number < 10 ? " " + number : String.valueOf(number);
    }

    private static int hourOfHalfDay(ZonedDateTime time) {
        int hour = time.getHour() % 12;
        return hour == 0 ? 12 : hour;
    }

    private static int dayFromSunday(ZonedDateTime time) {
        return time.getDayOfWeek() == DayOfWeek.SUNDAY ? 0 : time.getDayOfWeek().getValue();
    }

    private static String offset(ZonedDateTime time) {
        int minutes = time.getOffset().getTotalSeconds() / 60;
        return (minutes < 0 ? "-" : "+")
                + two(Math.abs(minutes) / 60)
                + two(Math.abs(minutes) % 60);
    }

    private static String zone(ZonedDateTime time) {
        TimeZone zone = TimeZone.getTimeZone(time.getZone());
        boolean isSummer = time.getZone().getRules().isDaylightSavings(time.toInstant());
        return zone.getDisplayName(isSummer, TimeZone.SHORT, Locale.ENGLISH);
    }
}
