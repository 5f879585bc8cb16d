package io.godwit.codec;

/** The Retain Handling option of a subscription (§3.8.3.1), in the order of its numbers. */
public enum RetainHandling {
    /** 0: send retained messages at every subscribe. */
    SEND,
    /** 1: send retained messages only if the subscription is new. */
    SEND_IF_NEW,
    /** 2: send no retained messages at subscribe. */
    DO_NOT_SEND
}
