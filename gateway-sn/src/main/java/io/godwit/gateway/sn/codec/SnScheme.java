package io.godwit.gateway.sn.codec;

import org.jspecify.annotations.Nullable;

/** How a packet can be protected in version 2.0, with the octet that says so. */
public enum SnScheme {
    HMAC_SHA256(0x00, 32),
    HMAC_SHA3_256(0x01, 32),
    CMAC_128(0x02, 16),
    CMAC_192(0x03, 16),
    CMAC_256(0x04, 16),
    AES_CCM_64_128(0x40, 8),
    AES_CCM_64_192(0x41, 8),
    AES_CCM_64_256(0x42, 8),
    AES_CCM_128_128(0x43, 16),
    AES_CCM_128_192(0x44, 16),
    AES_CCM_128_256(0x45, 16),
    AES_GCM_128(0x46, 16),
    AES_GCM_192(0x47, 16),
    AES_GCM_256(0x48, 16),
    CHACHA20_POLY1305(0x49, 16);

    private static final int LEAST_ENCRYPTING = 0x40;

    private static final @Nullable SnScheme[] BY_VALUE = new SnScheme[256];

    static {
        for (SnScheme scheme : values()) {
            BY_VALUE[scheme.value] = scheme;
        }
    }

    private final int value;
    private final int tagSize;

    SnScheme(int value, int tagSize) {
        this.value = value;
        this.tagSize = tagSize;
    }

    /** The octet on the wire. */
    public int value() {
        return value;
    }

    /** Bytes of its whole tag. */
    public int tagSize() {
        return tagSize;
    }

    /** Whether the packet can be read by nobody else, too. */
    public boolean encrypts() {
        return value >= LEAST_ENCRYPTING;
    }

    /**
     * The scheme that an octet names; null for those of providers, and those that there are not.
     *
     * @param value 0 to 255
     */
    public static @Nullable SnScheme of(int value) {
        return BY_VALUE[value];
    }
}
