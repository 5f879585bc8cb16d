package io.godwit.server.configuration;

/**
 * When the configuration is read again by itself; configured under {@code reload}.
 *
 * @param watch whether a change of one of its files is enough
 */
public record Reload(boolean watch) {}
