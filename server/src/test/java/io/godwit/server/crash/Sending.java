package io.godwit.server.crash;

import io.godwit.server.crash.Event.Sent;

/** A message from its first PUBLISH to its acknowledgement; times are places in the history. */
final class Sending {

    final Message message;
    final int qos;
    final boolean retain;
    final boolean clears;
    final int first;
    int acknowledged = Term.NEVER;

    /** How often it was sent. */
    int times;

    Sending(Sent sent, int at) {
        message = sent.message();
        qos = sent.qos();
        retain = sent.retain();
        clears = sent.clears();
        first = at;
    }
}
