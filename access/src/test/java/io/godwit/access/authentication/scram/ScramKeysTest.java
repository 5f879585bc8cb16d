package io.godwit.access.authentication.scram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScramKeysTest {

    private static final byte[] SALT = {1, 2, 3, 4, 5, 6, 7, 8};

    @ParameterizedTest
    @EnumSource(ScramHash.class)
    void entriesAreReadAsTheyWereWritten(ScramHash hash) {
        ScramKeys keys = ScramKeys.of(hash, "secret", SALT, ScramKeys.FEWEST);
        String entry = keys.entry();
        assertThat(entry).startsWith("$" + hash.word() + "$4096$AQIDBAUGBwg=$");
        ScramKeys again = ScramKeys.parse(entry).orElseThrow();
        assertThat(again.entry()).isEqualTo(entry);
        assertThat(again.areOf("secret")).isTrue();
        assertThat(again.areOf("Secret")).isFalse();
        assertThat(again.areOf("\u0007")).isFalse();
        assertThat(keys.toString()).doesNotContain(entry.substring(entry.length() - 20));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "$scram-sha-1$4096$AQIDBAUGBwg=$A$A",
                "$scram-sha-256$4095$AQIDBAUGBwg=$KEY$KEY",
                "$scram-sha-256$999999999$AQIDBAUGBwg=$KEY$KEY",
                "$scram-sha-256$4096$AQID$KEY$KEY",
                "$scram-sha-256$4096$AQIDBAUGBwg=$KEY",
                "$scram-sha-256$4096$AQIDBAUGBwg=$KEY$KEY$",
                "$scram-sha-256$4096$AQ=DBAUGBwg=$KEY$KEY",
                "$scram-sha-512$4096$AQIDBAUGBwg=$KEY$KEY",
            })
    void otherEntriesAreNot(String entry) {
        String key = "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=";
        assertThat(ScramKeys.parse(entry.replace("KEY", key))).isEmpty();
    }

    @Test
    void weakKeysAreNotMade() {
        assertThatThrownBy(() -> ScramKeys.of(ScramHash.SHA_256, "secret", SALT, 1_000))
                .hasMessageContaining("4096");
        assertThatThrownBy(() -> ScramKeys.of(ScramHash.SHA_256, "secret", new byte[4], 4_096))
                .hasMessageContaining("salt");
        assertThatThrownBy(() -> ScramKeys.of(ScramHash.SHA_256, "a\tb", SALT, 4_096))
                .hasMessageContaining("SASLprep");
    }
}
