package io.godwit.client.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.client.Credentials;
import io.godwit.client.MqttException;
import io.godwit.client.auth.EnhancedAuthentication.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScramTest {

    private static final String NONCE = "rOprNGfwEbeRWgbNEkqO";
    private static final String CHALLENGE =
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    private static final String PROOF =
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                    + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    private static final String SUCCESS = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    private static Scram scram(String user, String password) {
        Credentials credentials = Credentials.of(user, password);
        return new Scram(ScramHash.SHA_256, () -> credentials, () -> NONCE);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static byte[] answer(Exchange exchange, String challenge) {
        return requireNonNull(exchange.next(bytes(challenge)));
    }

    /** RFC 7677 §3. */
    @Test
    void doesTheExampleOfTheStandard() {
        Exchange exchange = scram("user", "pencil").begin();
        assertThat(text(requireNonNull(exchange.first()))).isEqualTo("n,,n=user,r=" + NONCE);
        assertThat(text(answer(exchange, CHALLENGE))).isEqualTo(PROOF);
        assertThatCode(() -> exchange.succeeded(bytes(SUCCESS))).doesNotThrowAnyException();
    }

    @Test
    void furtherFieldsAreExtensions() {
        Exchange exchange = scram("user", "pencil").begin();
        answer(exchange, CHALLENGE + ",x=y");
        assertThatThrownBy(() -> exchange.succeeded(bytes(SUCCESS))) // it is part of what is signed
                .hasMessageContaining("does not know the password");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v=AAAATRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
                "v=",
                "v=6rri",
                "v=!",
                "",
                "x=y",
                "e=other-error"
            })
    void aServerThatProvesNothingIsNone(String last) {
        Exchange exchange = scram("user", "pencil").begin();
        answer(exchange, CHALLENGE);
        assertThatThrownBy(() -> exchange.succeeded(bytes(last)))
                .isInstanceOf(MqttException.class)
                .hasMessageStartingWith("SCRAM-SHA-256: the server ");
    }

    @Test
    void aServerThatSaysNothingIsNone() {
        Exchange exchange = scram("user", "pencil").begin();
        answer(exchange, CHALLENGE);
        assertThatThrownBy(() -> exchange.succeeded(null)).hasMessageContaining("has not proven");
        assertThatThrownBy(() -> scram("user", "pencil").begin().succeeded(bytes(SUCCESS)))
                .hasMessageContaining("before it was given the proof");
    }

    @Test
    void thereIsOneChallenge() {
        Exchange exchange = scram("user", "pencil").begin();
        answer(exchange, CHALLENGE);
        assertThatThrownBy(() -> exchange.next(bytes(CHALLENGE))).hasMessageContaining("goes on");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | none of SCRAM's",
                "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ== | none of SCRAM's",
                "m=x,r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096 | none of SCRAM's",
                "s=W22ZaJ0SNY7soEsUEjb6gQ==,r=rOprNGfwEbeRWgbNEkqOx,i=4096 | none of SCRAM's",
                "r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096 | nonce",
                "r=another,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096 | nonce",
                "r=rOprNGfwEbeRWgbNEkqOx,s=,i=4096 | no salt",
                "r=rOprNGfwEbeRWgbNEkqOx,s=!,i=4096 | not Base64",
                "r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=4095 | 4095 iterations: with fewer than 4096",
                "r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=1 | not safe",
                "r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=-5000 | not safe",
                "r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=1000001 | more than 1000000",
                "r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=99999999999 | how many iterations",
                "r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i= | how many iterations",
            })
    void saysWhatIsWrongWithAChallenge(String challenge, String why) {
        assertThatThrownBy(() -> answer(scram("user", "pencil").begin(), challenge))
                .isInstanceOf(MqttException.class)
                .hasMessageContaining(why);
    }

    @Test
    void nothingIsNoChallenge() {
        assertThatThrownBy(() -> scram("user", "pencil").begin().next(null))
                .hasMessageContaining("none of SCRAM's");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a=b,c | a=3Db=2Cc",
                "I\u00ADX | IX",
                "user | user",
                "USER | USER",
                "\u00AA | a",
                "\u2168 | IX",
                "a\u00A0b | a b",
            })
    void preparesUserNames(String user, String sent) {
        assertThat(text(requireNonNull(scram(user, "p").begin().first())))
                .isEqualTo("n,,n=" + sent + ",r=" + NONCE);
    }

    @Test
    void preparesPasswords() {
        Exchange plain = scram("user", "IX").begin();
        Exchange roman = scram("user", "\u2168").begin();
        assertThat(answer(roman, CHALLENGE)).isEqualTo(answer(plain, CHALLENGE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0007", "a\u200Eb", "\u00AD", "\uE000", "\uFFFD"})
    void refusesWhatSaslPrepProhibits(String text) {
        assertThatThrownBy(() -> scram(text, "p").begin())
                .isInstanceOf(MqttException.class)
                .hasMessageContaining("the user name");
        assertThatThrownBy(() -> scram("u", text).begin())
                .isInstanceOf(MqttException.class)
                .hasMessageContaining("the password")
                .hasMessageNotContaining(text);
    }

    @Test
    void needsBothNameAndPassword() {
        assertThatThrownBy(() -> Scram.sha256(() -> null).begin()).hasMessageContaining("needs");
        assertThatThrownBy(() -> Scram.sha512(() -> new Credentials("u", null)).begin())
                .hasMessageContaining("needs");
        assertThatThrownBy(() -> Scram.sha512(() -> new Credentials("u", new byte[] {-1})).begin())
                .hasMessageContaining("not UTF-8");
    }

    @Test
    void eachExchangeHasANonceOfItsOwn() {
        Scram scram = Scram.sha256("user", "pencil");
        assertThat(scram.begin().first()).isNotEqualTo(scram.begin().first());
        assertThat(scram).hasToString("Scram[SCRAM-SHA-256]");
        assertThat(Scram.sha512("user", "pencil").method()).isEqualTo("SCRAM-SHA-512");
    }
}
