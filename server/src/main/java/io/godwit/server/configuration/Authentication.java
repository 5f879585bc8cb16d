package io.godwit.server.configuration;

/**
 * Who may connect; configured under {@code authentication}.
 *
 * @param anonymous whether clients may connect without a user name. Default: only when there is no
 *     configuration file and every listener is on loopback
 */
public record Authentication(boolean anonymous) {}
