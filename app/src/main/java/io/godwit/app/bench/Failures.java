package io.godwit.app.bench;

import io.godwit.client.MqttException;
import io.godwit.codec.Utf8;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;

/** What went wrong, in words, and how often. Safe from every thread. */
final class Failures {

    /** What is told apart; the rest counts as {@link #OTHERS}. */
    private static final int MOST = 10;

    private static final String OTHERS = "other failures";

    private final Map<String, Long> all = new LinkedHashMap<>();

    /** One more. */
    void add(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        String words = cause.getMessage();
        add(
                Utf8.printable(
                        words != null && cause instanceof MqttException
                                ? words
                                : cause.toString()));
    }

    private synchronized void add(String words) {
        boolean isKnown = all.containsKey(words) || all.size() < MOST;
        all.merge(isKnown ? words : OTHERS, 1L, Long::sum);
    }

    /** All of them, in the order in which they were met first. */
    synchronized Map<String, Long> all() {
        return new LinkedHashMap<>(all);
    }
}
