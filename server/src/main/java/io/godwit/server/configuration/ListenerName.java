package io.godwit.server.configuration;

import java.util.regex.Pattern;

/** What a listener may be called: what an environment variable can name too. */
final class ListenerName {

    private static final Pattern VALID = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

    private ListenerName() {}

    static boolean isValid(String name) {
        return name.length() <= 64 && VALID.matcher(name).matches();
    }
}
