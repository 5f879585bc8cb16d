package io.godwit.server;

import java.time.Duration;

/**
 * What a server has found of those before it when it started.
 *
 * @param sessions persistent sessions
 * @param queuedMessages messages that wait for them
 * @param retainedMessages retained messages
 * @param damaged records that could not be read and were put into quarantine
 * @param time how long finding it took
 */
public record Recovered(
        long sessions, long queuedMessages, long retainedMessages, long damaged, Duration time) {}
