package io.godwit.app.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class QuotedWordsTest {

    @Test
    void spacesTellWordsApartButNotInQuotes() throws WrongUsage {
        assertThat(QuotedWords.of("  pub a/b  'two words' \"it's\" x'y z'w "))
                .containsExactly("pub", "a/b", "two words", "it's", "xy zw");
        assertThat(QuotedWords.of("pub a ''")).containsExactly("pub", "a", "");
        assertThat(QuotedWords.of(" \t ")).isEmpty();
    }

    @Test
    void backslashesKeepWhatFollows() throws WrongUsage {
        assertThat(QuotedWords.of("a\\ b \"c\\\"d\" 'e\\f' \\'"))
                .containsExactly("a b", "c\"d", "e\\f", "'");
    }

    @Test
    void aQuoteThatIsNotClosedIsSaid() {
        assertThatThrownBy(() -> QuotedWords.of("pub a 'b"))
                .isInstanceOf(WrongUsage.class)
                .hasMessageContaining("'");
    }
}
