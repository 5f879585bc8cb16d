package io.godwit.access.authentication.scram;

import static io.godwit.access.authentication.http.Connecting.answer;
import static io.godwit.access.authentication.http.Connecting.ask;
import static io.godwit.access.authentication.http.Connecting.by;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.auth.Authenticator;
import io.godwit.broker.auth.Authenticator.Accepted;
import io.godwit.broker.auth.Authenticator.Challenged;
import io.godwit.broker.auth.Authenticator.Decision;
import io.godwit.broker.auth.Authenticator.Refused;
import io.godwit.broker.auth.Identity;
import io.godwit.codec.ReasonCode;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SCRAM as RFC 5802 and RFC 7677 have it. */
class ScramLinkTest {

    private static final String CLIENT_NONCE = "rOprNGfwEbeRWgbNEkqO";
    private static final byte[] SALT = new byte[16];

    /** The exchange of RFC 7677 §3. */
    @Test
    void exchangeOfTheRfc() {
        byte[] salt = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
        ScramUsers users =
                new ScramUsers(
                        Map.of("user", ScramKeys.of(ScramHash.SHA_256, "pencil", salt, 4_096)),
                        () -> 1);
        ScramLink link = new ScramLink(users, () -> "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
        Challenged first = begin(link, "SCRAM-SHA-256", "n,,n=user,r=" + CLIENT_NONCE);
        assertThat(text(first.data()))
                .isEqualTo(
                        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                                + "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
        Decision last =
                answer(
                        first.exchange(),
                        bytes(
                                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                                        + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="));
        Accepted accepted = (Accepted) last;
        assertThat(text(accepted.data()))
                .isEqualTo("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
        assertThat(accepted.identity()).isEqualTo(new Identity("client", "user"));
        assertThat(accepted.expiresAt()).isEqualTo(Authenticator.NEVER);
    }

    /** Computed with hashlib and hmac of Python. */
    @Test
    void exchangeWithSha512() {
        byte[] salt = Base64.getDecoder().decode("Yin2FuHTt/M0kJWb0t9OI32n2VmOGi3m+JfjOvuDF88=");
        ScramUsers users =
                new ScramUsers(
                        Map.of("user", ScramKeys.of(ScramHash.SHA_512, "pencil", salt, 4_096)),
                        () -> 1);
        ScramLink link = new ScramLink(users, () -> "02431b08-2f0c-4bad-9c8c-7f6a0c2a5d1b");
        Challenged first = begin(link, "SCRAM-SHA-512", "n,,n=user,r=" + CLIENT_NONCE);
        Accepted accepted =
                (Accepted)
                        answer(
                                first.exchange(),
                                bytes(
                                        "c=biws,r=rOprNGfwEbeRWgbNEkqO02431b08-2f0c-4bad-9c8c-"
                                                + "7f6a0c2a5d1b,p=gNs5brP4S+qdGYMIbSV1PsNR9BptXVPh"
                                                + "RE/vXaYf2f2RRsvnibFbgRBJMzC2mihSucfs/y09EugRrN"
                                                + "+JuJDxGg=="));
        assertThat(text(accepted.data()))
                .isEqualTo(
                        "v=IfwRx4rgN5LXdaTBJE+N0wpF8u7R1aUkD7LGff2KT+pQZePAXjMhHg3nKvADciHeLtaECGBX"
                                + "r1p+tL1xg1A4vg==");
    }

    @ParameterizedTest
    @EnumSource(ScramHash.class)
    void bothWaysToBegin(ScramHash hash) {
        ScramLink link = link(hash, "bob", "secret");
        ScramClient client = new ScramClient(hash, "bob", "secret");
        Challenged asked = (Challenged) ask(link, by(hash.method(), null, null));
        assertThat(asked.data()).isEmpty();
        Challenged first = (Challenged) answer(asked.exchange(), client.first());
        Accepted accepted = (Accepted) answer(first.exchange(), client.last(first.data()));
        assertThat(accepted.identity().userName()).isEqualTo("bob");
        assertThat(client.trusts(accepted.data())).isTrue();

        ScramClient other = new ScramClient(hash, "bob", "secret");
        Challenged direct = (Challenged) ask(link, by(hash.method(), other.first(), null));
        assertThat(answer(direct.exchange(), other.last(direct.data())))
                .isInstanceOf(Accepted.class);
    }

    @Test
    void wrongPasswordAndUnknownUserAreToldTheSame() {
        ScramLink link = link(ScramHash.SHA_256, "bob", "secret");
        Refused wrong = (Refused) login(link, new ScramClient(ScramHash.SHA_256, "bob", "other"));
        Refused unknown =
                (Refused) login(link, new ScramClient(ScramHash.SHA_256, "eve", "secret"));
        assertThat(wrong.reasonCode()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(unknown.reasonCode()).isEqualTo(wrong.reasonCode());
        assertThat(unknown.why()).isEqualTo(wrong.why());
    }

    @Test
    void refusalNamesWhoWasTried() {
        ScramLink link = link(ScramHash.SHA_256, "bob", "secret");
        Refused wrong = (Refused) login(link, new ScramClient(ScramHash.SHA_256, "bob", "other"));
        Refused unknown =
                (Refused) login(link, new ScramClient(ScramHash.SHA_256, "eve", "secret"));
        Refused malformed = (Refused) ask(link, by("SCRAM-SHA-256", bytes("bob"), null));
        assertThat(wrong.userName()).isEqualTo("bob");
        assertThat(unknown.userName()).isEqualTo("eve");
        assertThat(malformed.userName()).isNull();
    }

    /** Neither by asking twice nor by comparing with others can anybody tell who is made up. */
    @Test
    void unknownUserHasASaltThatStays() {
        ScramLink link = link(ScramHash.SHA_256, "bob", "secret");
        ScramLink restarted = link(ScramHash.SHA_256, "bob", "secret");
        String bob = saltAndIterations(link, "bob");
        String eve = saltAndIterations(link, "eve");
        assertThat(saltAndIterations(restarted, "eve")).isEqualTo(eve);
        assertThat(saltAndIterations(link, "eva")).isNotEqualTo(eve);
        assertThat(eve).isNotEqualTo(bob).hasSameSizeAs(bob);
        assertThat(eve.substring(eve.indexOf(",i="))).isEqualTo(bob.substring(bob.indexOf(",i=")));
    }

    /** A user with keys for the one hash is unknown to the other. */
    @Test
    void keysCountForTheirHashOnly() {
        Map<String, ScramKeys> keys =
                Map.of(
                        "bob", ScramKeys.of(ScramHash.SHA_256, "secret", SALT, 4_096),
                        "ada", ScramKeys.of(ScramHash.SHA_512, "secret", SALT, 4_096));
        ScramLink link = new ScramLink(new ScramUsers(keys, () -> 1), new SecureRandom());
        assertThat(login(link, new ScramClient(ScramHash.SHA_256, "bob", "secret")))
                .isInstanceOf(Accepted.class);
        assertThat(login(link, new ScramClient(ScramHash.SHA_512, "bob", "secret")))
                .isInstanceOf(Refused.class);
    }

    @Test
    void isAskedOnlyAboutMethodsThatSomebodyHasKeysFor() {
        ScramLink link = link(ScramHash.SHA_256, "bob", "secret");
        assertThat(link.isFor(by("SCRAM-SHA-256", null, null))).isTrue();
        assertThat(link.isFor(by("SCRAM-SHA-512", null, null))).isFalse();
        assertThat(link.isFor(by("SCRAM-SHA-1", null, null))).isFalse();
        assertThat(link.isFor(by("scram-sha-256", null, null))).isFalse();
    }

    @Test
    void authenticatesAgainAsTheSameUserOnly() {
        Map<String, ScramKeys> keys =
                Map.of(
                        "bob", ScramKeys.of(ScramHash.SHA_256, "secret", SALT, 4_096),
                        "ada", ScramKeys.of(ScramHash.SHA_256, "secret", SALT, 4_096));
        ScramLink link = new ScramLink(new ScramUsers(keys, () -> 1), new SecureRandom());
        Identity bob = new Identity("client", "bob");
        assertThat(login(link, new ScramClient(ScramHash.SHA_256, "bob", "secret"), bob))
                .isInstanceOf(Accepted.class);
        ScramClient ada = new ScramClient(ScramHash.SHA_256, "ada", "secret");
        Refused refused = (Refused) ask(link, by("SCRAM-SHA-256", ada.first(), bob));
        assertThat(refused.why()).contains("another user");
    }

    @ParameterizedTest
    @ValueSource(strings = {"n,,", "y,,", "n,a=b=2Co=3Db,"})
    void headersWithoutChannelBindingAreTaken(String header) {
        ScramLink link = link(ScramHash.SHA_256, "b,o=b", "secret");
        ScramClient client = new ScramClient(ScramHash.SHA_256, "b,o=b", "secret", header);
        assertThat(login(link, client)).isInstanceOf(Accepted.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "p=tls-exporter,,n=bob,r=abc",
                "n,a=ada,n=bob,r=abc",
                "n,,m=ext,n=bob,r=abc",
                "n,,n=bob",
                "n,,n=,r=abc",
                "n,,n=bob,r=",
                "n,,n=bo=b,r=abc",
                "n,,n=bo=2cb,r=abc",
                "n,,n=bob,r=a\u00e9",
                "n,,n=bob,r=abc,",
                "n,,n=\u0000,r=abc",
                "n,,n=\u200b,r=abc",
                "x,,n=bob,r=abc",
                "n,n=bob,r=abc",
                "bob",
            })
    void malformedFirstMessagesAreRefused(String message) {
        ScramLink link = link(ScramHash.SHA_256, "bob", "secret");
        Decision decision = ask(link, by("SCRAM-SHA-256", bytes(message), null));
        assertThat(((Refused) decision).reasonCode()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void finalMessagesThatDoNotFitAreRefused() {
        ScramLink link = link(ScramHash.SHA_256, "bob", "secret");
        for (Spoiled spoiled : Spoiled.values()) {
            ScramClient client = new ScramClient(ScramHash.SHA_256, "bob", "secret");
            Challenged first = (Challenged) ask(link, by("SCRAM-SHA-256", client.first(), null));
            String good = text(client.last(first.data()));
            Decision decision = answer(first.exchange(), bytes(spoiled.of(good)));
            assertThat(decision).as(spoiled.name()).isInstanceOf(Refused.class);
        }
    }

    /** What can be wrong with a final message. */
    private enum Spoiled {
        OTHER_BINDING,
        OTHER_NONCE,
        SHORT_PROOF,
        NO_PROOF,
        BEHIND_PROOF,
        EMPTY;

        String of(String good) {
            return switch (this) {
                case OTHER_BINDING -> good.replace("c=biws", "c=eSws"); // y,, instead of n,,
                case OTHER_NONCE -> good.replace(",p=", "x,p=");
                case SHORT_PROOF -> good.substring(0, good.indexOf(",p=")) + ",p=AAAA";
                case NO_PROOF -> good.substring(0, good.indexOf(",p="));
                case BEHIND_PROOF -> good + ",x=1";
                case EMPTY -> "";
            };
        }
    }

    @Test
    void passwordsAndNamesAreComparedAsSaslPrepHasThem() {
        ScramLink link = link(ScramHash.SHA_256, "J\u00f6rg", "I\u00ADX\u2168");
        assertThat(login(link, new ScramClient(ScramHash.SHA_256, "Jo\u0308rg", "IXIX")))
                .isInstanceOf(Accepted.class);
    }

    private static ScramLink link(ScramHash hash, String user, String password) {
        ScramKeys keys = ScramKeys.of(hash, password, SALT, 4_096);
        return new ScramLink(new ScramUsers(Map.of(user, keys), () -> 7), new SecureRandom());
    }

    private static Decision login(ScramLink link, ScramClient client) {
        return login(link, client, null);
    }

    private static Decision login(ScramLink link, ScramClient client, @Nullable Identity known) {
        Challenged first = (Challenged) ask(link, by(client.method(), client.first(), known));
        return answer(first.exchange(), client.last(first.data()));
    }

    private static Challenged begin(ScramLink link, String method, String message) {
        return (Challenged) ask(link, by(method, bytes(message), null));
    }

    private static String saltAndIterations(ScramLink link, String user) {
        String message = text(begin(link, "SCRAM-SHA-256", "n,,n=" + user + ",r=abc").data());
        return message.substring(message.indexOf(",s="));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
