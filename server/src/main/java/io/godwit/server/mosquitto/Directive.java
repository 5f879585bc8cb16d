package io.godwit.server.mosquitto;

import io.godwit.server.configuration.Problem;
import io.godwit.server.configuration.Setting;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * A line of a mosquitto.conf.
 *
 * @param key its first word
 * @param value the rest, without the spaces around it; empty if there is none
 * @param file the file
 * @param line the line in it, from 1
 */
record Directive(String key, String value, String file, int line) {

    private static final int LONGEST_SHOWN = 80;
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?\\d{1,18}");

    Problem problem(String text) {
        return new Problem(file, line, shortened(key) + ": " + text);
    }

    /** Our key that this one is translated to. */
    Setting setting(String path, String text) {
        return new Setting(path, text, file, line, key);
    }

    /** The value, as it is shown in a message. */
    String shown() {
        return value.isEmpty() ? "nothing" : shortened(value);
    }

    /** Its number; empty if it is none. */
    OptionalLong number() {
        return WHOLE_NUMBER.matcher(value).matches()
                ? OptionalLong.of(Long.parseLong(value))
                : OptionalLong.empty();
    }

    static String shortened(String text) {
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "...";
    }
}
