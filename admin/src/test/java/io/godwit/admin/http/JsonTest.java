package io.godwit.admin.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    private static Map<String, @Nullable Object> read(String text) throws IOException {
        return Json.read(text.getBytes(UTF_8));
    }

    @Test
    void everyKindOfValueComesBack() throws IOException {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("text", "a\"\\\n\u0001\u00e9\u2028\ud83d\udc26");
        object.put("integer", 5);
        object.put("long", Long.MIN_VALUE);
        object.put("double", 1.5);
        object.put("true", true);
        object.put("false", false);
        object.put("null", null);
        object.put("list", List.of(1, List.of(), Map.of("a", "b")));
        object.put("", Map.of());
        Map<String, @Nullable Object> back = Json.read(Json.write(object));
        assertThat(back).isEqualTo(object);
        assertThat(back.keySet()).containsExactlyElementsOf(object.keySet());
    }

    @Test
    void whatIsWrittenIsJson() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("a", "\"\u0000");
        object.put("b", List.of(1, 2));
        assertThat(Json.write(object))
                .asString(UTF_8)
                .isEqualTo("{\"a\":\"\\\"\\u0000\",\"b\":[1,2]}");
        assertThatThrownBy(() -> Json.write(Map.of("a", new Object())))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "5",
                "\"a\"",
                "[]",
                "{",
                "{\"a\"",
                "{\"a\":",
                "{\"a\":1",
                "{\"a\":tru}",
                "{'a':1}",
                "{a:1}",
                "{\"a\":1,}",
                "{\"a\" 1}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":-}",
                "{\"a\":01}",
                "{\"a\":NaN}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":\"x\ny\"}",
                "{} {}",
                "{}x",
                "{\"a\":1,\"a\":1}",
                "/**/{}"
            })
    void whatIsNoObjectInJsonIsRefused(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(IOException.class)
                .hasMessageMatching("(is|has) .*");
    }

    @Test
    void whatIsMeantToExhaustIsRefused() throws IOException {
        assertThat(read("{\"a\":" + "[".repeat(31) + "]".repeat(31) + "}")).hasSize(1);
        assertThatThrownBy(() -> read("{\"a\":" + "[".repeat(32) + "]".repeat(32) + "}"))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read("{\"a\":".repeat(10_000))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read("{\"a\":" + "9".repeat(60_000) + "}"))
                .isInstanceOf(IOException.class);
    }

    @Test
    void whatIsNotUtf8IsRefused() {
        assertThatThrownBy(() -> Json.read(new byte[] {'{', '"', (byte) 0xe9, '"', ':', '1', '}'}))
                .hasMessageContaining("UTF-8");
    }

    @Test
    void aMistakeIsNamedWithItsPlace() {
        assertThatThrownBy(() -> read("{\n  \"a\": tru\n}")).hasMessageContaining("line 2, column");
    }

    @Test
    void halfACharacterIsWrittenAsAQuestionMark() throws IOException {
        byte[] written = Json.write(Map.of("a\uD83D", "\uDE00b\uD83D.\uD83D\uDE00"));
        assertThat(Json.read(written)).isEqualTo(Map.of("a?", "?b?.\uD83D\uDE00"));
    }
}
