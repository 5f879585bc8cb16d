package io.godwit.broker.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.broker.auth.Authenticator;
import io.godwit.broker.auth.Credentials;
import io.godwit.broker.auth.Identity;
import io.godwit.codec.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Has the method RIDDLE: it asks {@code q1}, {@code q2} and so on, and lets in who answers {@code
 * a1}, {@code a2}. Whoever names no method it does not know.
 */
final class Riddles implements Authenticator {

    static final String METHOD = "RIDDLE";

    final List<Credentials> asked = new ArrayList<>();
    int questions = 1;

    /** Whom its refusals name. */
    @Nullable String tried;

    long expiresAt = NEVER;
    Function<Credentials, Identity> who =
            credentials -> new Identity(credentials.clientId(), credentials.userName());

    @Override
    public void authenticate(Credentials credentials, Consumer<Decision> decided) {
        asked.add(credentials);
        if (METHOD.equals(credentials.method())) {
            ask(credentials, 1, decided);
        } else {
            decided.accept(new Passed("it knows riddles only"));
        }
    }

    private void ask(Credentials credentials, int number, Consumer<Decision> decided) {
        if (number > questions) {
            decided.accept(new Accepted(who.apply(credentials), expiresAt, "bye".getBytes(UTF_8)));
            return;
        }
        decided.accept(
                new Challenged(
                        ("q" + number).getBytes(UTF_8),
                        (data, then) -> {
                            if (new String(data, UTF_8).equals("a" + number)) {
                                ask(credentials, number + 1, then);
                            } else {
                                then.accept(
                                        new Refused(
                                                ReasonCode.NOT_AUTHORIZED, "wrong answer", tried));
                            }
                        }));
    }
}
