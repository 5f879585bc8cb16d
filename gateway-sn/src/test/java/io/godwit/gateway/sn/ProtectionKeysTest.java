package io.godwit.gateway.sn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of the keys by which devices protect their packets. */
class ProtectionKeysTest {

    private static final String KEY = "000102030405060708090a0b0c0d0e0f";
    private static final String SENDER = "0102030405060708";

    @TempDir private Path directory = Path.of("");

    private ProtectionKeys read(String lines) throws IOException {
        return ProtectionKeys.read(Files.writeString(directory.resolve("senders"), lines));
    }

    @Test
    void anIdentityMayHaveColonsAndSenders() throws Exception {
        ProtectionKeys keys =
                read(
                        "# pumps\n\na:b:%s:aes-gcm-128:%s\n a:b:ff%s:HMAC-SHA256:ff%s \n"
                                .formatted(SENDER, KEY, SENDER.substring(2), KEY));
        assertThat(keys.bySender().values())
                .extracting(ProtectionKeys.Key::identity)
                .containsExactly("a:b", "a:b");
        assertThat(keys.toString() + keys.bySender()).doesNotContain(KEY).contains("2 keys");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "a:b:c | is no identity, sender, scheme and key with colons between them",
                ":S:aes-gcm-128:K | is no identity, sender, scheme and key with colons between them",
                "a:01:aes-gcm-128:K | the sender of a is not 16 hexadecimal digits",
                "a:0x02030405060708:aes-gcm-128:K | the sender of a is not 16 hexadecimal digits",
                "a:00000000000000fe:aes-gcm-128:K | the sender of a is one of those of gateways, 0 to ff",
                "a:S:aes-ccm-128:K | the scheme of a is none of hmac-sha256, hmac-sha3-256, aes-gcm-128, aes-gcm-192, aes-gcm-256, chacha20-poly1305",
                "a:S:aes-gcm-128:secret | the key of a is not in hexadecimal",
                "a:S:aes-gcm-256:K | the key of a has 16 bytes; its scheme takes 32, two digits each",
                "a:S:hmac-sha256:00 | the key of a has 1 bytes; its scheme takes 16 to 64, two digits each",
            })
    void whatIsWrongIsSaidWithItsLine(String line, String wrong) {
        assertThatThrownBy(() -> read("\n" + line.replace("S", SENDER).replace("K", KEY) + "\n"))
                .isInstanceOf(IOException.class)
                .hasMessage(directory.resolve("senders") + ":2: " + wrong);
    }

    @Test
    void aSenderAndAKeyAreThereOnce() {
        String one = "a:%s:aes-gcm-128:%s\n".formatted(SENDER, KEY);
        assertThatThrownBy(() -> read(one + one.replace(KEY, "ff" + KEY.substring(2))))
                .hasMessageEndingWith(":2: the sender of a is there twice");
        assertThatThrownBy(() -> read(one + one.replace("a:01", "b:ff")))
                .hasMessageEndingWith(":2: the key of b is another sender's, too");
        assertThatThrownBy(() -> read("# nobody\n")).hasMessageEndingWith(": holds no keys");
    }
}
