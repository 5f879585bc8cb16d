package io.godwit.transport.websocket;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What stands in the headers of a request. */
final class Headers {

    private Headers() {}

    /** The elements of a list, which may be in several headers of one name. */
    static List<String> tokens(HttpHeaders headers, CharSequence name) {
        return headers.getAll(name).stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::strip)
                .filter(token -> !token.isEmpty())
                .toList();
    }

    /** Whether a list has an element, in small letters or capitals. */
    static boolean has(HttpHeaders headers, CharSequence name, CharSequence element) {
        return tokens(headers, name).stream()
                .anyMatch(token -> token.equalsIgnoreCase(element.toString()));
    }

    /** The value of {@code Host} without its port, in small letters. */
    static String hostName(String host) {
        int end = host.startsWith("[") ? host.indexOf(']') + 1 : host.indexOf(':');
        return (end > 0 ? host.substring(0, end) : host).toLowerCase(Locale.ROOT);
    }
}
