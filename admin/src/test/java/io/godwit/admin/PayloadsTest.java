package io.godwit.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PayloadsTest {

    private static Map<String, @Nullable Object> shown(byte[] payload) {
        Map<String, @Nullable Object> shown = new LinkedHashMap<>();
        Payloads.put(payload, shown);
        return shown;
    }

    @Test
    void textIsShownAsTextAndInBase64() {
        assertThat(shown("\u00e9<script>".getBytes(UTF_8)))
                .containsEntry("bytes", 10)
                .containsEntry("text", "\u00e9<script>")
                .containsEntry("payload", "w6k8c2NyaXB0Pg==")
                .containsEntry("truncated", false);
        assertThat(shown(new byte[0])).containsEntry("text", "");
    }

    @Test
    void whatIsNoTextIsShownInBase64Only() {
        assertThat(shown(new byte[] {(byte) 0xff, 0}))
                .containsEntry("text", null)
                .containsEntry("payload", "/wA=");
    }

    @Test
    void ofALongOneTheStartIsShownToTheLastWholeCharacter() {
        for (int before = 0; before < 4; before++) {
            String text = "a".repeat(before) + "\ud83d\udc26".repeat(20_000);
            var shown = shown(text.getBytes(UTF_8));
            assertThat(shown).containsEntry("truncated", true);
            assertThat(text).startsWith(String.valueOf(shown.get("text")));
            assertThat(String.valueOf(shown.get("text")).length()).isGreaterThan(32_000);
            assertThat(Base64.getDecoder().decode(String.valueOf(shown.get("payload"))))
                    .hasSize(Payloads.MOST);
        }
        assertThat(shown("a".repeat(100_000).getBytes(UTF_8)))
                .containsEntry("text", "a".repeat(Payloads.MOST));
    }
}
