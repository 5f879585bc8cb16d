package io.godwit.access.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.broker.auth.Permit;
import io.godwit.broker.auth.Permit.Action;
import java.util.Collections;
import org.jose4j.json.JsonUtil;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups and rules in JSON. */
class ClaimsTest {

    private static @Nullable Object json(String text) {
        try {
            return JsonUtil.parseJson("{\"it\":" + text + "}").get("it");
        } catch (org.jose4j.lang.JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "{\"publish\":[],\"subscribe\":[]}"})
    void aClaimThatAllowsNothingIsNotTheSameAsNone(String claim) {
        assertThat(PermitClaims.read(json(claim)))
                .isNotEmpty()
                .allSatisfy(permit -> assertThat(permit.isAllowed()).isFalse());
    }

    @Test
    void listsOfFilters() {
        assertThat(
                        PermitClaims.read(
                                json(
                                        "{\"publish\":[\"a/%c\"],\"sub\":[\"b/#\",\"+/c\"],\"all\":[]}")))
                .containsExactlyInAnyOrder(
                        new Permit(true, Action.PUBLISH, "a/%c"),
                        new Permit(true, Action.SUBSCRIBE, "b/#"),
                        new Permit(true, Action.SUBSCRIBE, "+/c"));
    }

    @Test
    void rulesKeepTheirOrder() {
        assertThat(
                        PermitClaims.read(
                                json(
                                        """
                                        [{"permission":"deny","action":"all","topic":"a/b"},
                                         {"permission":"allow","action":"subscribe",
                                          "topic":"${username}/${clientid}/#"}]
                                        """)))
                .containsExactly(
                        new Permit(false, Action.ALL, "a/b"),
                        new Permit(true, Action.SUBSCRIBE, "%u/%c/#"));
        assertThat(PermitClaims.read(null)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"all\"",
                "5",
                "{\"publish\":\"a\"}",
                "{\"read\":[\"a\"]}",
                "{\"publish\":[\"a/#/b\"]}",
                "{\"publish\":[\"\"]}",
                "{\"publish\":[null]}",
                "{\"all\":[\"$share/g/a\"]}",
                "[\"a\"]",
                "[{\"permission\":\"maybe\",\"action\":\"all\",\"topic\":\"a\"}]",
                "[{\"permission\":\"allow\",\"topic\":\"a\"}]",
                "[{\"permission\":\"allow\",\"action\":\"all\"}]",
                "[{\"permission\":\"deny\",\"action\":\"all\",\"topic\":\"eq a/#\"}]",
                "[{\"permission\":\"allow\",\"action\":\"all\",\"topic\":\"a\",\"qos\":0}]",
            })
    void whatIsNotUnderstoodIsNotPassedOver(String text) {
        assertThatThrownBy(() -> PermitClaims.read(json(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("(has|takes) .*");
    }

    @Test
    void groupsAreAListOrAText() {
        assertThat(GroupClaims.read(json("[\"a b\",\"c\"]"))).containsExactly("a b", "c");
        assertThat(GroupClaims.read(json("\" a  b \""))).containsExactly("a", "b");
        assertThat(GroupClaims.read(json("\"\""))).isEmpty();
        assertThat(GroupClaims.read(null)).isEmpty();
    }

    @Test
    void thereIsALimit() {
        assertThatThrownBy(() -> GroupClaims.read(Collections.nCopies(1_001, "a")))
                .hasMessageContaining("1000");
        assertThatThrownBy(() -> GroupClaims.read(json("[\"" + "a".repeat(257) + "\"]")))
                .hasMessageContaining("256");
        assertThatThrownBy(() -> GroupClaims.read(json("{\"a\":1}"))).hasMessageContaining("list");
        var rule = json("{\"permission\":\"allow\",\"action\":\"all\",\"topic\":\"a\"}");
        assertThatThrownBy(() -> PermitClaims.read(Collections.nCopies(1_001, rule)))
                .hasMessageContaining("1000");
    }
}
