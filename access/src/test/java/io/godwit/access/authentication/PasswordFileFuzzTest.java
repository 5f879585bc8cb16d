package io.godwit.access.authentication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is in a file: it is read, or all that is wrong is named. */
class PasswordFileFuzzTest {

    private static final HeapShare HEAP = new HeapShare(50_000_000, 100_000_000);
    private static final byte[] PASSWORD = {'x'};

    private static Path file = Path.of("");

    static Stream<Arguments> files() {
        return Stream.of(
                        "",
                        "# comment\n\nno colon\r\n a :$6$c2FsdA==$aGFzaA==",
                        "a:$7$101$c2FsdA==$aGFzaA==\nb:plain\n:x\n",
                        "a:$argon2id$v=19$m=256,t=3,p=4$AAECAwQFBgcICQoLDA0ODw$YXobcpqUdTgla5jy7M5YaP"
                                + "vbPhCG/9VPEYGW3zfrT+E\n",
                        "a:$argon2id$v=19$m=4194304,t=1000,p=64$AAECAwQFBgcICQoL$aGFzaA\na:b")
                .map(text -> Arguments.of((Object) text.getBytes(UTF_8)));
    }

    @AfterAll
    static void delete() throws IOException {
        Files.deleteIfExists(file);
    }

    @MethodSource("files")
    @FuzzTest(maxDuration = "30s")
    void aFileIsReadOrItsProblemsAreNamed(byte[] content) throws Exception {
        if (file.toString().isEmpty()) {
            file = Files.createTempFile("godwit-fuzz", "passwd");
        }
        Files.write(file, content);
        try {
            PasswordFile.read(file, HEAP);
        } catch (InvalidPasswordFile refused) {
            assertThat(refused.problems()).isNotEmpty();
            assertThat(refused.problems()).allSatisfy(it -> assertThat(it.text()).isNotBlank());
            assertThat(String.valueOf(refused.getMessage()).lines())
                    .hasSameSizeAs(refused.problems());
            return;
        }
        PasswordFileEditor editor = PasswordFileEditor.open(file);
        editor.set("user", PASSWORD, PasswordFileEditor.Kind.SHA512);
        editor.write();
        assertThat(PasswordFile.read(file, HEAP).matches("user", PASSWORD)).isTrue();
    }
}
