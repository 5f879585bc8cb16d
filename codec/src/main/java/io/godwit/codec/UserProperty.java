package io.godwit.codec;

/** One User Property, a UTF-8 String Pair (§1.5.7). */
public record UserProperty(String name, String value) {}
