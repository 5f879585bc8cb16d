package io.godwit.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A Topic Filter (§4.7, §4.8): what is compared with Topic Names, and apart from it the ShareName
 * of a shared subscription. Valid by construction. {@code $queue/filter} is read as a shared
 * subscription whose ShareName is {@value #QUEUE_SHARE_NAME}.
 *
 * <p>Ordered by its bytes and then its ShareName, so that a {@code HashMap} stays quick when
 * somebody aims many filters at one hash.
 */
public final class TopicFilter implements Comparable<TopicFilter> {

    /**
     * The ShareName that {@code $queue/} stands for; it holds a separator, so no {@code $share/}
     * has it.
     */
    public static final String QUEUE_SHARE_NAME = "/queue";

    private static final String SHARE_PREFIX = "$share/";
    private static final String QUEUE_PREFIX = "$queue/";

    private final @Nullable String shareName;
    private final byte[] bytes;
    private final int hash;

    private TopicFilter(@Nullable String shareName, byte[] bytes) {
        this.shareName = shareName;
        this.bytes = bytes;
        this.hash = Arrays.hashCode(bytes) * 31 + (shareName == null ? 0 : shareName.hashCode());
    }

    /**
     * The filter with this text.
     *
     * @throws MalformedPacket if it is not well-formed UTF-8 or not 1 to 65,535 bytes
     * @throws ProtocolError with reason code 0x8F if a wildcard stands where it may not, or a
     *     shared subscription lacks its ShareName or filter
     */
    public static TopicFilter of(String text) throws PacketException {
        return of(Utf8.encode(text, "the topic filter"));
    }

    /** The filter with these UTF-8 bytes; throws as {@link #of(String)}. */
    public static TopicFilter of(byte[] utf8) throws PacketException {
        if (utf8.length == 0) {
            throw new MalformedPacket("the topic filter is empty"); // [v5 MQTT-4.7.3-1]
        }
        if (utf8.length > Utf8.MAXIMUM_LENGTH) { // [v5 MQTT-4.7.3-3]
            throw new MalformedPacket("the topic filter is over 65,535 bytes");
        }
        Utf8.check(utf8, 0, utf8.length, "the topic filter");
        if (startsWith(utf8, SHARE_PREFIX)) {
            return shared(utf8);
        }
        if (startsWith(utf8, QUEUE_PREFIX)) {
            byte[] rest = Arrays.copyOfRange(utf8, QUEUE_PREFIX.length(), utf8.length);
            checkWildcards(rest, utf8);
            return new TopicFilter(QUEUE_SHARE_NAME, rest);
        }
        checkWildcards(utf8, utf8);
        return new TopicFilter(null, utf8);
    }

    private static TopicFilter shared(byte[] utf8) throws ProtocolError {
        int start = SHARE_PREFIX.length();
        int slash = start;
        while (slash < utf8.length && utf8[slash] != '/') {
            if (utf8[slash] == '+' || utf8[slash] == '#') { // [v5 MQTT-4.8.2-2]
                throw invalid(utf8, "its ShareName holds a wildcard");
            }
            slash++;
        }
        if (slash == start) { // [v5 MQTT-4.8.2-1]
            throw invalid(utf8, "its ShareName is empty");
        }
        if (slash == utf8.length) { // [v5 MQTT-4.8.2-2]
            throw invalid(utf8, "no filter follows its ShareName");
        }
        byte[] rest = Arrays.copyOfRange(utf8, slash + 1, utf8.length);
        checkWildcards(rest, utf8);
        return new TopicFilter(
                new String(utf8, start, slash - start, StandardCharsets.UTF_8), rest);
    }

    private static void checkWildcards(byte[] filter, byte[] whole) throws ProtocolError {
        if (filter.length == 0) { // [v5 MQTT-4.8.2-2]
            throw invalid(whole, "it is empty behind its prefix");
        }
        for (int i = 0; i < filter.length; i++) {
            byte b = filter[i];
            if (b != '+' && b != '#') {
                continue;
            }
            boolean startsLevel = i == 0 || filter[i - 1] == '/';
            boolean last = i == filter.length - 1;
            if (b == '#' && !(startsLevel && last)) { // [v5 MQTT-4.7.1-1]
                throw invalid(whole, "'#' must fill the last level");
            }
            if (b == '+' && !(startsLevel && (last || filter[i + 1] == '/'))) {
                throw invalid(whole, "'+' must fill a whole level"); // [v5 MQTT-4.7.1-2]
            }
        }
    }

    private static ProtocolError invalid(byte[] utf8, String why) {
        return new ProtocolError(
                ReasonCode.TOPIC_FILTER_INVALID,
                "the topic filter " + Utf8.quote(utf8) + " is not valid: " + why);
    }

    private static boolean startsWith(byte[] utf8, String prefix) {
        if (utf8.length < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            if (utf8[i] != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The UTF-8 bytes that are compared with Topic Names, without a share prefix; never changed.
     */
    public byte[] bytes() {
        return bytes;
    }

    /** The ShareName (§4.8.2), or null for a filter that is not shared. */
    public @Nullable String shareName() {
        return shareName;
    }

    /** Whether it is a shared subscription. */
    public boolean isShared() {
        return shareName != null;
    }

    /** Whether it holds {@code +} or {@code #}. */
    public boolean hasWildcard() {
        for (byte b : bytes) {
            if (b == '+' || b == '#') {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a Topic Name matches (§4.7); of a shared subscription its filter is compared, without
     * the prefix.
     */
    public boolean matches(TopicName topic) {
        byte[] name = topic.bytes();
        if (topic.isDollar() && (bytes[0] == '+' || bytes[0] == '#')) { // [v5 MQTT-4.7.2-1]
            return false;
        }
        int at = 0;
        for (int i = 0; i < bytes.length; i++) {
            byte wanted = bytes[i];
            if (wanted == '#') {
                return true;
            }
            if (wanted == '+') {
                while (at < name.length && name[at] != '/') {
                    at++;
                }
            } else if (at < name.length && name[at] == wanted) {
                at++;
            } else { // "a/#" matches "a" as well
                return at == name.length
                        && wanted == '/'
                        && i == bytes.length - 2
                        && bytes[i + 1] == '#';
            }
        }
        return at == name.length;
    }

    /** The number of levels: one more than there are separators, a share prefix not counted. */
    public int levels() {
        int levels = 1;
        for (byte b : bytes) {
            if (b == '/') {
                levels++;
            }
        }
        return levels;
    }

    /** The UTF-8 bytes as a packet carries them, share prefix included. */
    byte[] wireBytes() {
        return shareName == null ? bytes : toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TopicFilter that
                && hash == that.hash
                && Arrays.equals(bytes, that.bytes)
                && Objects.equals(shareName, that.shareName);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public int compareTo(TopicFilter that) {
        int byBytes = Arrays.compareUnsigned(bytes, that.bytes);
        if (byBytes != 0) {
            return byBytes;
        }
        return shareName == null || that.shareName == null
                ? Boolean.compare(shareName != null, that.shareName != null)
                : shareName.compareTo(that.shareName);
    }

    /** The text, share prefix included. */
    @Override
    public String toString() {
        String filter = new String(bytes, StandardCharsets.UTF_8);
        if (shareName == null) {
            return filter;
        }
        return shareName.equals(QUEUE_SHARE_NAME)
                ? QUEUE_PREFIX + filter
                : SHARE_PREFIX + shareName + '/' + filter;
    }
}
