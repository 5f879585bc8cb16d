package io.godwit.broker.auth;

import org.jspecify.annotations.Nullable;

/**
 * Who a client is, as its authentication established.
 *
 * @param userName null for an anonymous client
 */
public record Identity(String clientId, @Nullable String userName) {}
