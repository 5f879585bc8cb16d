package io.godwit.access.authentication;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordFileTest {

    /** Of {@code correct horse}. */
    private static final String HASH =
            "$6$AAECAwQFBgcICQoL$5W8GCQ9GLgmhmQvoa8jmRaPnsh82mRigdSv6mQsK0sMIII/WznlQb1g+RWddfoAKTM"
                    + "zBJP1deJU+Rp/1QZ0zZg==";

    private static final byte[] PASSWORD = "correct horse".getBytes(UTF_8);

    private static final HeapShare HEAP = new HeapShare(50_000_000, 100_000_000);

    @TempDir private Path directory = Path.of("");

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("passwd"), text);
    }

    private PasswordFile read(String text) throws Exception {
        return PasswordFile.read(write(text), HEAP);
    }

    private void expectProblems(String text, String... problems) throws IOException {
        Path file = write(text);
        assertThatThrownBy(() -> PasswordFile.read(file, HEAP))
                .isInstanceOfSatisfying(
                        InvalidPasswordFile.class,
                        it -> {
                            assertThat(it.path()).isEqualTo(file);
                            assertThat(
                                            String.valueOf(it.getMessage())
                                                    .replace(file.toString(), "passwd"))
                                    .isEqualTo(String.join("\n", problems));
                        });
    }

    @Test
    void commentsAndLinesWithoutAColonArePassedOver() throws Exception {
        PasswordFile file =
                read(
                        "# comment: "
                                + HASH
                                + "\n\nnothing here\r\nanna:"
                                + HASH
                                + "\r\n  bob : "
                                + HASH);
        assertThat(file.size()).isEqualTo(2);
        assertThat(file.matches("anna", PASSWORD)).isTrue();
        assertThat(file.matches("bob", PASSWORD)).isTrue();
        assertThat(file.matches("bob", new byte[0])).isFalse();
        assertThat(file.matches("# comment", PASSWORD)).isNull();
        assertThat(file.matches("Anna", PASSWORD)).isNull();
    }

    @Test
    void aFileWithoutUsersKnowsNobody() throws Exception {
        assertThat(read("").matches("anna", PASSWORD)).isNull();
    }

    @Test
    void allThatIsWrongIsNamedWithItsLine() throws Exception {
        expectProblems(
                "anna:"
                        + HASH
                        + "\n# comment\nanna:"
                        + HASH
                        + "\nbob:plain secret\n:"
                        + HASH
                        + "\ncarl:$7$x$y$z\n",
                "passwd:3: user 'anna': the user is in line 1 already",
                "passwd:4: user 'bob': the password is not hashed; 'godwit passwd -U FILE' hashes"
                        + " all that are not",
                "passwd:5: user '': there is no user name before the colon",
                "passwd:6: user 'carl': the count of iterations of the hash is not a number from 1"
                        + " to 10000000");
    }

    @Test
    void ofManyProblemsTheFirstAreNamed() throws IOException {
        Path file = write("a:b\n".repeat(1_000));
        assertThatThrownBy(() -> PasswordFile.read(file, HEAP))
                .isInstanceOfSatisfying(
                        InvalidPasswordFile.class,
                        it -> {
                            assertThat(it.problems()).hasSize(21);
                            assertThat(it.problems().getLast().text())
                                    .isEqualTo("and so on: more is wrong");
                        });
    }

    @Test
    void aHashThatTakesMoreThanThereIsIsRefused() throws IOException {
        expectProblems(
                "a:$argon2id$v=19$m=1048576,t=1,p=1$AAECAwQFBgcICQoL$aGFzaA",
                "passwd:1: user 'a': to verify the password takes 1115 MB, and half of the heap are"
                        + " 100 MB");
    }

    @Test
    void aFileThatCannotBeReadIsNamed() throws IOException {
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> PasswordFile.read(missing, HEAP))
                .isInstanceOf(InvalidPasswordFile.class)
                .hasMessage(missing + ": no such file; 'godwit passwd -c FILE USER' makes one");
        Path latin = Files.write(directory.resolve("latin"), "J\u00fcrg:x".getBytes(ISO_8859_1));
        assertThatThrownBy(() -> PasswordFile.read(latin, HEAP))
                .isInstanceOf(InvalidPasswordFile.class)
                .hasMessage(latin + ": is not UTF-8 text");
        assertThatThrownBy(() -> PasswordFile.read(directory, HEAP))
                .isInstanceOf(InvalidPasswordFile.class)
                .hasMessageStartingWith(directory + ": can't be read: ");
    }
}
