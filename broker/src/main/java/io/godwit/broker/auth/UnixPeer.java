package io.godwit.broker.auth;

/**
 * The process at the other end of a Unix domain socket, as the kernel names it (SO_PEERCRED).
 *
 * @param user the number of its user
 * @param group the number of its group
 * @param process its process identifier
 */
public record UnixPeer(int user, int group, int process) {}
