package io.godwit.gateway.sn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of identities and keys. */
class PreSharedKeysTest {

    private static final String KEY = "000102030405060708090a0b0c0d0e0f";

    @TempDir private Path directory = Path.of("");

    private PreSharedKeys read(String text) throws IOException {
        return PreSharedKeys.read(Files.writeString(directory.resolve("psk"), text));
    }

    @Test
    void eachLineIsAnIdentityAndItsKey() throws Exception {
        PreSharedKeys keys = read("# devices\n\nsensor-7:" + KEY + "\n urn:dev:1:" + KEY + "FF\n");
        assertThat(Objects.requireNonNull(keys.key("sensor-7")).getEncoded())
                .isEqualTo(HexFormat.of().parseHex(KEY));
        assertThat(Objects.requireNonNull(keys.key("urn:dev:1")).getEncoded()).hasSize(17);
        assertThat(keys.key("# devices")).isNull();
        assertThat(keys.key("sensor-8")).isNull();
        assertThat(keys.isEmpty()).isFalse();
        assertThat(read("").isEmpty()).isTrue();
    }

    @Test
    void ofTwoFilesOneCanTellWhoseKeyHasChanged() throws Exception {
        PreSharedKeys before = read("a:" + KEY + "\nb:" + KEY);
        PreSharedKeys after = read("a:" + KEY + "\nb:" + KEY + "00\nc:" + KEY);
        assertThat(after.isSame("a", before)).isTrue();
        assertThat(after.isSame("b", before)).isFalse();
        assertThat(after.isSame("c", before)).isFalse();
        assertThat(before.isSame("c", after)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "secretsecretsecretsecret, ':2: is no identity, a colon and a key in hexadecimal'",
        ":000102030405060708090a0b0c0d0e0f, ':2: is no identity, a colon and a key'",
        "a:secretsecretsecretsecret, ':2: the key of a is not in hexadecimal'",
        "a:0001020, ':2: the key of a is not in hexadecimal'",
        "a:00010203, ':2: the key of a has 4 bytes; it takes 16 to 64'",
        "ok:000102030405060708090a0b0c0d0e0f, ':2: the identity ok is there twice'"
    })
    void aWrongLineIsNamedAndNothingOfTheKeyShown(String line, String said) {
        assertThatThrownBy(() -> read("ok:" + KEY + "\n" + line))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(directory.resolve("psk") + said)
                .hasMessageNotContaining("secretsecret")
                .hasMessageNotContaining("00010203");
    }

    @Test
    void aFileThatCannotBeReadIsNamed() {
        assertThatThrownBy(() -> PreSharedKeys.read(directory.resolve("gone")))
                .isInstanceOf(IOException.class)
                .hasMessage(directory.resolve("gone") + ": no such file");
    }

    @Test
    void nothingOfTheKeysIsShown() throws Exception {
        assertThat(read("a:" + KEY)).hasToString("1 pre-shared keys");
    }
}
