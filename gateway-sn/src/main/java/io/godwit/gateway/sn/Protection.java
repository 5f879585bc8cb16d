package io.godwit.gateway.sn;

import io.godwit.codec.Binary;
import io.godwit.gateway.sn.codec.MalformedDatagram;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnCodec;
import io.godwit.gateway.sn.codec.SnCodecV20;
import io.godwit.gateway.sn.codec.SnEnvelope;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnScheme;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Protects packets and opens what is protected, with the key that a sender and the gateway share;
 * version 2.0. Senders count what they protect, so that nothing is taken twice. On the gateway's
 * loop only.
 */
final class Protection {

    private static final int NONCE_SIZE = 12;
    private static final int COUNTER_SIZE = 4;
    private static final int RANDOM_SIZE = 4;
    private static final long LARGEST_COUNTER = 0xFFFF_FFFFL;

    /**
     * Random bytes of what is encrypted, beside those that every packet has. A gateway that was
     * busier than its clock, or another one with the same keys, may count the same twice, and no
     * nonce may come twice.
     */
    private static final int MATERIAL_SIZE = 4;

    /** Bytes around a packet beside its tag: length, type, flags, scheme, sender and the rest. */
    private static final int ENVELOPE =
            3 + 1 + 1 + 1 + SnEnvelope.SENDER_SIZE + RANDOM_SIZE + COUNTER_SIZE;

    /** A sender's key, and how far it and the gateway have counted. */
    private static final class Counted {

        /** How far behind the newest a packet may come, as networks mix them up. */
        private static final int WINDOW = 64;

        private final ProtectionKeys.Key key;
        private final Sender sender;
        private long newest = -1;

        /** Which have come, from the newest backwards. */
        private long came;

        private long sent;

        Counted(ProtectionKeys.Key key, Sender sender, long sent) {
            this.key = key;
            this.sender = sender;
            this.sent = sent;
        }

        boolean isNew(long counter) {
            long behind = newest - counter;
            return behind < 0 || behind < WINDOW && ((came >>> behind) & 1) == 0;
        }

        void take(long counter) {
            long ahead = counter - newest;
            if (ahead > 0) {
                came = ahead < WINDOW ? came << ahead : 0;
                newest = counter;
            }
            came |= 1L << (newest - counter);
        }
    }

    /**
     * What became of something protected.
     *
     * @param sender whose it is; null if it can't be taken
     * @param frame what was protected; null if it can't be taken
     * @param refusal what is answered then; null for nothing
     */
    record Opened(
            @Nullable Sender sender, SnCodec.@Nullable Frame frame, @Nullable ReturnCode refusal) {

        private static final Opened DROPPED = new Opened(null, null, null);

        private static Opened refused(ReturnCode code) {
            return new Opened(null, null, code);
        }
    }

    /** Where there are no keys. */
    static final Opened NOT_SUPPORTED = Opened.refused(ReturnCode.PROTECTION_NOT_SUPPORTED);

    private final Map<Binary, Counted> senders = new HashMap<>();
    private final Binary gateway;
    private final RandomGenerator random;

    /**
     * With these keys.
     *
     * @param gatewayId what the gateway's own sender identifier ends with, 0 to 255
     * @param startMillis the wall clock. Its seconds are where the gateway begins to count: beyond
     *     what it has counted to before it was started anew
     */
    Protection(ProtectionKeys keys, int gatewayId, long startMillis, RandomGenerator random) {
        long start = Math.floorMod(startMillis / 1_000, LARGEST_COUNTER);
        keys.bySender()
                .forEach((id, key) ->
                        senders.put(
                                id,
                                new Counted(
                                        key, new Sender(id, key.identity(), key.scheme()), start)));
        byte[] own = new byte[SnEnvelope.SENDER_SIZE];
        own[own.length - 1] = (byte) gatewayId;
        this.gateway = new Binary(own);
        this.random = random;
    }

    // --- what comes in --------------------------------------------------------------------------

    /** Opens what a sender has protected. */
    Opened open(SnMessage.Protected message) {
        SnEnvelope envelope = message.envelope();
        Counted from = senders.get(envelope.sender());
        if (from == null) {
            return Opened.refused(ReturnCode.UNKNOWN_SENDER);
        }
        if (from.key.scheme() != envelope.scheme()) {
            return Opened.refused(ReturnCode.PROTECTION_SCHEME_INVALID);
        }
        if (envelope.counterSize() == 0 || !from.isNew(envelope.counter())) {
            return Opened.DROPPED;
        }
        byte[] packet = opened(from.key, message);
        if (packet == null) {
            return Opened.DROPPED;
        }
        from.take(envelope.counter());
        try {
            SnCodec.Frame frame = SnCodecV20.INSTANCE.decode(ByteBuffer.wrap(packet));
            boolean isTwofold =
                    frame.node() != null || frame.message() instanceof SnMessage.Protected;
            return isTwofold ? Opened.DROPPED : new Opened(from.sender, frame, null);
        } catch (MalformedDatagram malformed) {
            return Opened.DROPPED;
        }
    }

    private static byte @Nullable [] opened(ProtectionKeys.Key key, SnMessage.Protected message) {
        byte[] packet = message.packet().bytes();
        byte[] tag = message.tag().bytes();
        byte[] head = message.envelope().head(packet.length);
        try {
            if (!key.scheme().encrypts()) {
                byte[] right = Arrays.copyOf(mac(key, head, packet), tag.length);
                return MessageDigest.isEqual(right, tag) ? packet : null;
            }
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, head);
            byte[] both =
                    ByteBuffer.allocate(packet.length + tag.length).put(packet).put(tag).array();
            return cipher.doFinal(both);
        } catch (GeneralSecurityException notRight) {
            return null;
        }
    }

    // --- what goes out --------------------------------------------------------------------------

    /** Bytes that protection adds to a packet of the gateway, at most. */
    static int overhead(SnScheme scheme) {
        return ENVELOPE + (scheme.encrypts() ? MATERIAL_SIZE : 0) + scheme.tagSize();
    }

    /**
     * Protects a packet.
     *
     * @param to one that {@link #open} has told
     * @param packet 2 bytes or more
     */
    SnMessage.Protected protect(Sender to, byte[] packet) {
        Counted counted = Objects.requireNonNull(senders.get(to.id()));
        SnScheme scheme = to.scheme();
        counted.sent = counted.sent % LARGEST_COUNTER + 1;
        SnEnvelope envelope =
                new SnEnvelope(
                        false, // long where it has to be
                        scheme,
                        scheme.tagSize(),
                        gateway,
                        random(RANDOM_SIZE),
                        random(scheme.encrypts() ? MATERIAL_SIZE : 0),
                        COUNTER_SIZE,
                        counted.sent);
        byte[] head = envelope.head(packet.length);
        try {
            if (!scheme.encrypts()) {
                Binary tag = new Binary(mac(counted.key, head, packet));
                return new SnMessage.Protected(envelope, new Binary(packet), tag);
            }
            byte[] both = cipher(Cipher.ENCRYPT_MODE, counted.key, head).doFinal(packet);
            return new SnMessage.Protected(
                    envelope,
                    new Binary(Arrays.copyOf(both, packet.length)),
                    new Binary(Arrays.copyOfRange(both, packet.length, both.length)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("the JDK has the scheme " + scheme, impossible);
        }
    }

    private Binary random(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return new Binary(bytes);
    }

    // --- the schemes ----------------------------------------------------------------------------

    private static byte[] mac(ProtectionKeys.Key key, byte[] head, byte[] packet)
            throws GeneralSecurityException {
        String algorithm = key.scheme() == SnScheme.HMAC_SHA256 ? "HmacSHA256" : "HmacSHA3-256";
        Mac mac = Mac.getInstance(algorithm);
        mac.init(new SecretKeySpec(key.secret().bytes(), algorithm));
        mac.update(head);
        return mac.doFinal(packet);
    }

    /** The nonce is the beginning of a hash of all that stands before the packet. */
    private static Cipher cipher(int mode, ProtectionKeys.Key key, byte[] head)
            throws GeneralSecurityException {
        byte[] nonce = Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(head), NONCE_SIZE);
        boolean chaCha = key.scheme() == SnScheme.CHACHA20_POLY1305;
        Cipher cipher = Cipher.getInstance(chaCha ? "ChaCha20-Poly1305" : "AES/GCM/NoPadding");
        AlgorithmParameterSpec parameters =
                chaCha
                        ? new IvParameterSpec(nonce)
                        : new GCMParameterSpec(Byte.SIZE * key.scheme().tagSize(), nonce);
        String algorithm = chaCha ? "ChaCha20" : "AES";
        cipher.init(mode, new SecretKeySpec(key.secret().bytes(), algorithm), parameters);
        cipher.updateAAD(head);
        return cipher;
    }
}
