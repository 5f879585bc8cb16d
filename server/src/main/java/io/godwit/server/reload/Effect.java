package io.godwit.server.reload;

/**
 * What a change does to clients.
 *
 * @param disconnects clients that are disconnected
 * @param revokes subscriptions of others that are taken away
 */
public record Effect(long disconnects, long revokes) {

    /** Nobody notices. */
    public static final Effect NONE = new Effect(0, 0);

    /** Both together. */
    public Effect plus(Effect other) {
        return new Effect(disconnects + other.disconnects, revokes + other.revokes);
    }
}
