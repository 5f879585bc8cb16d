package io.godwit.gateway.sn;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.gateway.sn.codec.MalformedDatagram;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnCodec;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import io.godwit.gateway.sn.codec.SnVersion;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A device of version 2.0 that protects its packets, written from the layout of the envelope. */
final class ProtectedDevice {

    /** The schemes as a file of keys has them, with what stands for them on the wire. */
    enum Scheme {
        HMAC_SHA256("hmac-sha256", 0x00, 32, 20, "HmacSHA256"),
        HMAC_SHA3_256("hmac-sha3-256", 0x01, 32, 64, "HmacSHA3-256"),
        AES_GCM_128("aes-gcm-128", 0x46, 16, 16, "AES"),
        AES_GCM_192("aes-gcm-192", 0x47, 16, 24, "AES"),
        AES_GCM_256("aes-gcm-256", 0x48, 16, 32, "AES"),
        CHACHA20_POLY1305("chacha20-poly1305", 0x49, 16, 32, "ChaCha20");

        private final String word;
        private final int value;
        private final int tag;
        private final int keySize;
        private final String algorithm;

        Scheme(String word, int value, int tag, int keySize, String algorithm) {
            this.word = word;
            this.value = value;
            this.tag = tag;
            this.keySize = keySize;
            this.algorithm = algorithm;
        }

        private boolean encrypts() {
            return value >= 0x40;
        }
    }

    private static final int TYPE = 0xFF;
    private static final byte[] GATEWAY = {0, 0, 0, 0, 0, 0, 0, 1};

    /** Bytes before a packet in the short form: length, type, flags, scheme, and three fields. */
    private static final int HEAD = 4 + 8 + 4 + 4;

    /** Bytes more that the gateway has there if it encrypts. */
    private static final int MATERIAL = 4;

    private final SnClient client;
    private final Scheme scheme;
    private final byte[] sender;
    private final byte[] key;
    private long counter = 100;
    private long heard;
    private String random = "";
    private byte @Nullable [] node;

    /**
     * A device.
     *
     * @param number its sender's last octet; its key is made of it, too
     */
    ProtectedDevice(SnClient client, Scheme scheme, int number) {
        this.client = client;
        this.scheme = scheme;
        this.sender = sender(number);
        this.key = key(scheme, number);
    }

    private static byte[] sender(int number) {
        return new byte[] {1, 2, 3, 4, 5, 6, 7, (byte) number};
    }

    private static byte[] key(Scheme scheme, int number) {
        byte[] key = new byte[scheme.keySize];
        Arrays.fill(key, (byte) number);
        return key;
    }

    /** Its line in a file of keys. */
    static String line(String identity, Scheme scheme, int number) {
        HexFormat hex = HexFormat.of();
        return "%s:%s:%s:%s\n"
                .formatted(
                        identity,
                        hex.formatHex(sender(number)),
                        scheme.word,
                        hex.formatHex(key(scheme, number)));
    }

    /** Speaks from now on for a node behind a forwarder, which protects for itself. */
    ProtectedDevice node(byte... name) {
        node = name;
        return this;
    }

    /** Has another key from now on. */
    ProtectedDevice forgets() {
        Arrays.fill(key, (byte) 0);
        return this;
    }

    /** Counts from there on. */
    ProtectedDevice counts(long from) {
        counter = from;
        return this;
    }

    ProtectedDevice send(SnMessage message) {
        client.sendRaw(datagram(new SnCodec.Frame(null, message)));
        return this;
    }

    /** Says whose the message is, as a client does that may be elsewhere by now. */
    ProtectedDevice sendAs(String clientId, SnMessage message) {
        client.sendRaw(datagram(new SnCodec.Frame(null, clientId, message)));
        return this;
    }

    /** What would be sent. */
    byte[] datagram(SnCodec.Frame frame) {
        byte[] packet = SnVersion.V2_0.codec().encode(frame);
        counter++;
        int size = HEAD + packet.length + scheme.tag;
        byte[] head =
                ByteBuffer.allocate(HEAD)
                        .put((byte) size)
                        .put((byte) TYPE)
                        .put((byte) 0x12) // a whole tag, a counter of 4 bytes
                        .put((byte) scheme.value)
                        .put(sender)
                        .putInt(0x0A0B0C0D)
                        .putInt((int) counter)
                        .array();
        assertThat(size).isLessThan(256);
        byte[] whole =
                ByteBuffer.allocate(size)
                        .put(head)
                        .put(apply(Cipher.ENCRYPT_MODE, head, packet))
                        .array();
        byte[] name = node;
        return name == null
                ? whole
                : ByteBuffer.allocate(3 + name.length + size)
                        .put((byte) (3 + name.length + size))
                        .put((byte) 0xFC)
                        .put((byte) name.length)
                        .put(name)
                        .put(whole)
                        .array();
    }

    /** A packet with its tag from one without, or the other way round. */
    private byte[] apply(int mode, byte[] head, byte[] bytes) {
        try {
            SecretKeySpec secret = new SecretKeySpec(key, scheme.algorithm);
            if (!scheme.encrypts()) {
                boolean opens = mode == Cipher.DECRYPT_MODE;
                byte[] packet = opens ? Arrays.copyOf(bytes, bytes.length - scheme.tag) : bytes;
                Mac mac = Mac.getInstance(scheme.algorithm);
                mac.init(secret);
                mac.update(head);
                byte[] tag = mac.doFinal(packet);
                byte[] both =
                        ByteBuffer.allocate(packet.length + tag.length)
                                .put(packet)
                                .put(tag)
                                .array();
                if (opens) {
                    assertThat(bytes).isEqualTo(both);
                }
                return opens ? packet : both;
            }
            byte[] nonce = Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(head), 12);
            boolean isAes = scheme.algorithm.equals("AES");
            Cipher cipher = Cipher.getInstance(isAes ? "AES/GCM/NoPadding" : "ChaCha20-Poly1305");
            cipher.init(
                    mode,
                    secret,
                    isAes ? new GCMParameterSpec(128, nonce) : new IvParameterSpec(nonce));
            cipher.updateAAD(head);
            return cipher.doFinal(bytes);
        } catch (GeneralSecurityException failure) {
            throw new AssertionError(failure);
        }
    }

    /** The next datagram. */
    byte[] raw() {
        return client.nextRaw();
    }

    /** The next message, which has to be protected for it. */
    SnMessage next() {
        ByteBuffer in = ByteBuffer.wrap(client.nextRaw());
        byte[] name = node;
        if (name != null) {
            assertThat(in.get() & 0xFF).isEqualTo(in.limit());
            assertThat(in.get()).isEqualTo((byte) 0xFC);
            assertThat(bytes(in, in.get())).isEqualTo(name);
        }
        int headSize = scheme.encrypts() ? HEAD + MATERIAL : HEAD;
        byte[] head = bytes(in.slice(), headSize);
        byte[] rest = bytes(in.position(in.position() + headSize), in.remaining());
        ByteBuffer of = ByteBuffer.wrap(head);
        assertThat(of.get() & 0xFF).isEqualTo(headSize + rest.length);
        // a whole tag, a counter of 4 bytes, and 4 bytes more for a nonce
        assertThat(bytes(of, 3))
                .containsExactly(TYPE, scheme.encrypts() ? 0x1A : 0x12, scheme.value);
        assertThat(bytes(of, 8)).isEqualTo(GATEWAY);
        random = HexFormat.of().formatHex(bytes(of, headSize - HEAD + 4));
        long counted = of.getInt() & 0xFFFF_FFFFL;
        assertThat(counted).isGreaterThan(heard);
        heard = counted;
        try {
            byte[] packet = apply(Cipher.DECRYPT_MODE, head, rest);
            return SnVersion.V2_0.codec().decode(ByteBuffer.wrap(packet)).message();
        } catch (MalformedDatagram malformed) {
            throw new AssertionError(malformed);
        }
    }

    /** What was random before the last packet, in hexadecimal. */
    String random() {
        return random;
    }

    private static byte[] bytes(ByteBuffer in, int size) {
        byte[] bytes = new byte[size];
        in.get(bytes);
        return bytes;
    }

    ProtectedDevice expect(SnMessage expected) {
        assertThat(next()).isEqualTo(expected);
        return this;
    }

    ProtectedDevice connect(SnConnectV20 connect) {
        return send(connect.message()).expect(new SnMessage.ConnAck(ReturnCode.ACCEPTED, 1));
    }

    /** Subscribes at QoS 1, and says which alias the topic has. */
    int subscribe(String filter) {
        send(new SnMessage.Subscribe(false, 1, new SnTopic.Name(SnClient.bytes(filter)), 2));
        return ((SnMessage.SubAck) next()).topicId();
    }

    /** Nothing has come: the answer to a question is what comes next. */
    ProtectedDevice expectNothing() {
        return send(new SnMessage.PingRequest(60_000, null))
                .expect(new SnMessage.PingResponse(60_000, null));
    }
}
