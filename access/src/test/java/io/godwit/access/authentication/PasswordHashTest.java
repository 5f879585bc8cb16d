package io.godwit.access.authentication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Hashes that other programs have made: Argon2's own library, Python's hashlib. Those of
 * mosquitto_passwd are tested with the program.
 */
class PasswordHashTest {

    private static final byte[] TEXT = "correct horse".getBytes(UTF_8);
    private static final byte[] NO_TEXT = {(byte) 0xFF, 0, (byte) 0xFE};

    static Stream<Arguments> hashes() {
        return Stream.of(
                Arguments.of(
                        "as Mosquitto 2.1 writes it",
                        TEXT,
                        "$argon2id$v=19$m=47104,t=1,p=1$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
                                + "gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw$aVo1St5PsxylF7NjjIPOOE5j"
                                + "xNbeUNweT/LEl8ONyxYqiqflWO7BotCdzcmTPqR4fg0oMZSzDQFY9PDfbH+biw"),
                Arguments.of(
                        "several passes and lanes",
                        "secret".getBytes(UTF_8),
                        "$argon2id$v=19$m=256,t=3,p=4$AAECAwQFBgcICQoLDA0ODw$YXobcpqUdTgla5jy7M5YaPv"
                                + "bPhCG/9VPEYGW3zfrT+E"),
                Arguments.of(
                        "a password that is no text",
                        NO_TEXT,
                        "$argon2id$v=19$m=64,t=1,p=1$AAECAwQFBgcICQoL$DkItGAw86JJzXuuuhqvvkbFX+bD7U4"
                                + "lXb/sp7NSYoJU"),
                Arguments.of(
                        "a long salt and 1,000 iterations, as Mosquitto 2.1 writes it",
                        TEXT,
                        "$7$1000$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDE"
                                + "yMzQ1Njc4OTo7PD0+Pw==$53KiEygVzVVEVUVTe4h79yMtYp0OxxoKFip82vf7OCrEbc"
                                + "m4/E88oGkCyN0NhQ7fLOSBIpiITuELG/0ldDPFMQ=="),
                Arguments.of(
                        "no text",
                        NO_TEXT,
                        "$7$101$AAECAwQFBgcICQoL$9/hP+aj/4OX4wmco92WHDpIgUhRzRFyjIv4Fvkw+VTANiSCeiV1"
                                + "8Ws8IKo0TX5RPIS9ah9xLysTHzMTok7kEQA=="),
                Arguments.of(
                        "one pass",
                        TEXT,
                        "$6$AAECAwQFBgcICQoL$5W8GCQ9GLgmhmQvoa8jmRaPnsh82mRigdSv6mQsK0sMIII/WznlQb1g"
                                + "+RWddfoAKTMzBJP1deJU+Rp/1QZ0zZg=="));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("hashes")
    void theRightPasswordMatchesAndNoOther(String what, byte[] password, String text) {
        PasswordHash hash = PasswordHash.parse(text);
        assertThat(hash.matches(password)).as(what).isTrue();
        byte[] other = password.clone();
        other[password.length - 1] ^= 1;
        assertThat(hash.matches(other)).isFalse();
        byte[] longer = Arrays.copyOf(password, password.length + 1);
        longer[password.length] = 'x'; // for HMAC, a 0 would be the same as none
        assertThat(hash.matches(longer)).isFalse();
        assertThat(hash.matches(new byte[0])).isFalse();
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("hashes")
    void itIsWrittenAsItWasRead(String what, byte[] password, String text) {
        assertThat(PasswordHash.parse(text)).as(what).hasToString(text);
        assertThat(PasswordHash.isHash(text)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | there is no hash behind the colon",
                "secret | the password is not hashed; 'godwit passwd -U FILE' hashes all that are not",
                "$5$c2FsdA==$aGFzaA== | of a kind that is not known; known are $6$, $7$, $argon2id$,",
                "$scram-sha-256$1$c2FsdA==$aGFzaA==$aGFzaA== | the hash is not as SCRAM has it",
                "$6$c2FsdA== | has 1 parts behind its kind, not 2",
                "$6$c2FsdA==$aGFzaA== | the hash has 4 bytes, not 64",
                "$6$!$aGFzaA== | the salt is not well-formed Base64",
                "$7$0$c2FsdA==$aGFzaA== | the count of iterations of the hash is not a number from 1",
                "$7$-1$c2FsdA==$aGFzaA== | the count of iterations",
                "$7$99999999999$c2FsdA==$aGFzaA== | the count of iterations",
                "$7$10000001$c2FsdA==$aGFzaA== | the count of iterations",
                "$argon2id$v=16$m=64,t=1,p=1$AAECAwQFBgcICQoL$aGFzaA | of a version of Argon2",
                "$argon2id$v=19$t=1,m=64,p=1$AAECAwQFBgcICQoL$aGFzaA | the cost of the hash is not",
                "$argon2id$v=19$m=4194305,t=1,p=1$AAECAwQFBgcICQoL$aGFzaA | m of the hash is not a",
                "$argon2id$v=19$m=7,t=1,p=1$AAECAwQFBgcICQoL$aGFzaA | m of the hash is not a number",
                "$argon2id$v=19$m=64,t=0,p=1$AAECAwQFBgcICQoL$aGFzaA | t of the hash is not a number",
                "$argon2id$v=19$m=64,t=1,p=65$AAECAwQFBgcICQoL$aGFzaA | p of the hash is not a",
                "$argon2id$v=19$m=64,t=1,p=1$AAEC$aGFzaA | the salt has 3 bytes, not 8 to 1024",
                "$argon2id$v=19$m=64,t=1,p=1$AAECAwQFBgcICQoL | has 3 parts behind its kind, not 4"
            })
    void whatIsNoHashIsRefusedWithTheReason(String text, String why) {
        assertThatThrownBy(() -> PasswordHash.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why)
                .message()
                .doesNotContain("aGFzaA", "c2FsdA", "AAEC", "secret");
    }
}
