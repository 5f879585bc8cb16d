package io.godwit.codec;

import static io.godwit.codec.WireCases.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.spec.Spec;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** UTF-8 Encoded Strings (§1.5.4). */
class Utf8Test {

    @Spec({"v5 MQTT-1.5.4-1", "v3 MQTT-1.5.3-1"})
    @Test
    void illFormedStringsAreRefused() throws PacketException {
        verify("string that is not well-formed");
        assertThatThrownBy(() -> TopicName.of("a\uD800"))
                .isInstanceOf(MalformedPacket.class)
                .hasMessage("the topic name holds an unpaired surrogate");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WireWriter(null).writeString("\uDC00", "client identifier"))
                .withMessage("the client identifier holds an unpaired surrogate");
    }

    @Spec({"v5 MQTT-1.5.4-2", "v3 MQTT-1.5.3-2"})
    @Test
    void zeroCharacterIsRefused() throws PacketException {
        verify("string with U+0000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WireWriter(null).writeString("a\0", "user name"))
                .withMessage("the user name holds U+0000");
    }

    @Spec({"v5 MQTT-1.5.4-3", "v3 MQTT-1.5.3-3"})
    @Test
    void zeroWidthNoBreakSpaceIsKept() throws PacketException {
        verify("string that starts with EF BB BF");
    }

    /** Every code point, and no surrogate. */
    @Test
    void acceptsJustWhatUnicodeHas() throws MalformedPacket {
        for (int codePoint = 1; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                continue;
            }
            byte[] utf8 = Utf8.encode(Character.toString(codePoint), "it");
            boolean wildcard = Utf8.check(utf8, 0, utf8.length, "it");
            assertThat(wildcard).isEqualTo(codePoint == '+' || codePoint == '#');
        }
    }

    /** What the JDK's strict decoder refuses is refused, and the other way round. */
    @Test
    void agreesWithTheJdk() {
        Random random = new Random(7);
        int accepted = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(5)];
            for (int j = 0; j < bytes.length; j++) {
                // mostly lead and continuation bytes, so that some of it is well-formed
                bytes[j] = (byte) (random.nextInt(8) == 0 ? 'x' : 0x80 + random.nextInt(0x80));
            }
            boolean wellFormed = isWellFormed(bytes);
            accepted += wellFormed ? 1 : 0;
            boolean taken = true;
            try {
                Utf8.check(bytes, 0, bytes.length, "it");
            } catch (MalformedPacket e) {
                taken = false;
            }
            assertThat(taken).as("seed 7, round %d", i).isEqualTo(wellFormed);
        }
        assertThat(accepted).isGreaterThan(1_000);
    }

    private static boolean isWellFormed(byte[] bytes) {
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return text.hasRemaining();
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    @Test
    void looksOnlyAtItsRange() throws MalformedPacket {
        byte[] bytes = {(byte) 0xFF, 'a', '+', 0};
        assertThat(Utf8.check(bytes, 1, 2, "it")).isFalse();
        assertThat(Utf8.check(bytes, 1, 3, "it")).isTrue();
    }

    @Test
    void refusesWhatIsTooLong() {
        assertThatThrownBy(() -> Utf8.encode("é".repeat(32_768), "the client identifier"))
                .isInstanceOf(MalformedPacket.class)
                .hasMessage("the client identifier is 65536 bytes, over 65,535");
    }

    @Test
    void showsTextsOfOthersInFull() {
        assertThat(Utf8.printable("a\nb\u001B[0m\u009bc\u2028d\u202ee\ud83df\t'"))
                .isEqualTo("a?b?[0m?c?d?e?f?'");
        String text = "é\ud83d\ude00".repeat(1_000);
        assertThat(Utf8.printable(text)).isEqualTo(text);
    }

    @Test
    void quotesForPeople() {
        assertThat(Utf8.quote("a\nb\u001B[0m")).isEqualTo("'a?b?[0m'");
        assertThat(Utf8.quote("x".repeat(100))).isEqualTo("'" + "x".repeat(80) + "...'");
        assertThat(Utf8.quote("a\u2028b\u2029c\u202ed\u0085")).isEqualTo("'a?b?c?d?'");
        String face = "\ud83d\ude00";
        assertThat(Utf8.quote("x".repeat(79) + face + face))
                .isEqualTo("'" + "x".repeat(79) + face + "...'");
        assertThat(Utf8.quote("x".repeat(79) + face)).isEqualTo("'" + "x".repeat(79) + face + "'");
        assertThat(Utf8.quote(face.substring(0, 1) + "x")).isEqualTo("'?x'");
    }
}
