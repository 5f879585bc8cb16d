package io.godwit.access.authentication.scram;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a client sends: it is understood, or refused in words. */
class ScramFuzzTest {

    static Stream<Arguments> messages() {
        return Stream.of(
                        "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
                        "y,a=us=2Cer,n=us=2Cer,r=abc,x=1",
                        "p=tls-exporter,,n=user,r=abc",
                        "n,,n=a,r=b" + ",x=1".repeat(1_000),
                        "c=biws,r=abc" + ",x=1".repeat(1_000) + ",p=AAAA",
                        "c=biws,r=abc,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")
                .map(text -> Arguments.of((Object) text.getBytes(UTF_8)));
    }

    @MethodSource("messages")
    @FuzzTest(maxDuration = "30s")
    void firstMessagesAreReadOrRefused(byte[] data) {
        try {
            ClientFirst first = ClientFirst.parse(data);
            assertThat(first.header() + first.bare()).isEqualTo(new String(data, UTF_8));
            assertThat(first.userName()).isNotEmpty();
            assertThat(first.nonce()).isNotEmpty().doesNotContain(",");
        } catch (ScramProblem refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }

    @MethodSource("messages")
    @FuzzTest(maxDuration = "30s")
    void finalMessagesAreReadOrRefused(byte[] data) {
        try {
            ClientFinal last = ClientFinal.parse(data);
            assertThat(new String(data, UTF_8)).startsWith(last.withoutProof() + ",p=");
            assertThat(last.proof()).isNotEmpty();
        } catch (ScramProblem refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }

    @FuzzTest(maxDuration = "30s")
    void entriesAreReadOrRefused(byte[] data) {
        String entry = new String(data, UTF_8);
        ScramKeys.parse(entry)
                .ifPresent(keys -> assertThat(keys.iterations()).isBetween(4_096, 10_000_000));
    }
}
