package io.godwit.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.admin.http.BadRequest;
import io.godwit.admin.http.Request;
import io.godwit.admin.http.Response;
import io.godwit.broker.control.Bans;
import io.godwit.broker.control.BrokerControl;
import io.godwit.broker.control.Explanation;
import io.godwit.broker.control.Explanation.Recipient;
import io.godwit.broker.control.Explanation.Step;
import io.godwit.broker.control.Question;
import io.godwit.broker.control.Question.Act;
import io.godwit.broker.control.Refusal;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code POST /api/v1/explain}: what is asked, and how the answer is written. */
class ExplainRequestTest {

    private @Nullable Question asked;

    private final BrokerControl broker =
            new BrokerControl() {
                @Override
                public String version() {
                    return "1";
                }

                @Override
                public Backup backup(Path directory) {
                    throw new AssertionError();
                }

                @Override
                public Bans bans() {
                    throw new AssertionError("nothing here is about bans");
                }

                @Override
                public Explanation explain(Question question) throws Refusal {
                    asked = question;
                    if ("wrong".equals(question.topic())) {
                        throw new Refusal("what is wrong");
                    }
                    return new Explanation(
                            true,
                            "conf:1",
                            List.of(new Step("conf:1", "allow all #", "matches")),
                            List.of(new Recipient("c2", "#", 1, true, false)));
                }
            };

    private Response explain(String body) throws BadRequest {
        return AdminApi.of(broker)
                .handle(
                        new Request(
                                "POST",
                                "/api/v1/explain",
                                Map.of("content-type", "application/json"),
                                body.getBytes(UTF_8)));
    }

    @Test
    void everyKeyCounts() throws BadRequest {
        Response response =
                explain(
                        """
                        {"act": "publish", "client": "c1", "user": "u", "groups": ["a", "b"],
                         "address": "::1", "listener": "tls", "topic": "t", "qos": 2,
                         "retain": true, "token": "e.y.J"}
                        """);
        assertThat(asked)
                .isEqualTo(
                        new Question(
                                Act.PUBLISH,
                                "c1",
                                "u",
                                Set.of("a", "b"),
                                InetAddress.ofLiteral("::1"),
                                "tls",
                                "t",
                                2,
                                true,
                                "e.y.J"));
        assertThat(String.valueOf(asked)).doesNotContain("e.y.J");
        assertThat(response)
                .isEqualTo(
                        Response.ok(
                                Map.of(
                                        "allowed",
                                        true,
                                        "verdict",
                                        "conf:1",
                                        "steps",
                                        List.of(
                                                Map.of(
                                                        "place", "conf:1",
                                                        "what", "allow all #",
                                                        "outcome", "matches")),
                                        "recipients",
                                        List.of(
                                                Map.of(
                                                        "client",
                                                        "c2",
                                                        "filter",
                                                        "#",
                                                        "qos",
                                                        1,
                                                        "allowed",
                                                        true,
                                                        "connected",
                                                        false)))));
    }

    @Test
    void onlyActAndClientAreNeeded() throws BadRequest {
        assertThat(explain("{\"act\": \"connect\", \"client\": \"c1\"}").status()).isEqualTo(200);
        assertThat(asked)
                .isEqualTo(
                        new Question(Act.CONNECT, "c1", null, Set.of(), null, "", null, 0, false));
    }

    @Test
    void whatTheBrokerRefusesIsAConflict() throws BadRequest {
        assertThat(explain("{\"act\": \"receive\", \"client\": \"c1\", \"topic\":" + " \"wrong\"}"))
                .isEqualTo(Response.error(409, "what is wrong"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"client\": \"c\"} | act takes connect, publish, subscribe or receive",
                "{\"act\": \"fly\", \"client\": \"c\"} | act takes connect",
                "{\"act\": \"publish\"} | client is missing",
                "{\"act\": \"publish\", \"client\": 1} | client takes a text",
                "{\"act\": \"publish\", \"client\": \"c\", \"qos\": 3} | qos takes 0, 1 or 2",
                "{\"act\": \"publish\", \"client\": \"c\", \"qos\": null} | qos takes 0, 1 or 2",
                "{\"act\": \"publish\", \"client\": \"c\", \"retain\": 1} | retain takes",
                "{\"act\": \"publish\", \"client\": \"c\", \"token\": 1} | token takes a text",
                "{\"act\": \"publish\", \"client\": \"c\", \"groups\": \"a\"} | groups takes a list",
                "{\"act\": \"publish\", \"client\": \"c\", \"groups\": [1]} | groups takes a list",
                "{\"act\": \"publish\", \"client\": \"c\", \"address\": \"x y\"} | address takes",
                "{\"act\": \"publish\", \"client\": \"c\", \"colour\": 1} | no such key: colour",
                "[] | the body is no object",
            })
    void whatIsWrongIsSaid(String body, String why) {
        assertThatThrownBy(() -> explain(body))
                .isInstanceOf(BadRequest.class)
                .hasMessageContaining(why);
    }
}
