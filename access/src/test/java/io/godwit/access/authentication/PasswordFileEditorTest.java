package io.godwit.access.authentication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.access.authentication.PasswordFileEditor.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordFileEditorTest {

    private static final HeapShare HEAP = new HeapShare(50_000_000, 100_000_000);

    @TempDir private Path directory = Path.of("");

    private Path file() {
        return directory.resolve("passwd");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @ParameterizedTest
    @EnumSource
    void aPasswordOfEachKindIsReadAsWritten(Kind kind) throws Exception {
        PasswordFileEditor editor = PasswordFileEditor.create(file());
        editor.set("J\u00fcrg M.", bytes("sch\u00f6n"), kind);
        editor.write();
        assertThat(mode(file())).isEqualTo("rw-------");
        PasswordFile read = PasswordFile.read(file(), HEAP);
        assertThat(read.matches("J\u00fcrg M.", bytes("sch\u00f6n"))).isTrue();
        assertThat(read.matches("J\u00fcrg M.", bytes("schon"))).isFalse();
    }

    @Test
    void commentsOrderAndOtherUsersStay() throws Exception {
        Files.writeString(file(), "# one\nanna:$x\n\nno colon\n bob :old\n# bob:two\ncarl:$y");
        PasswordFileEditor editor = PasswordFileEditor.open(file());
        editor.set("bob", bytes("new"), Kind.SHA512);
        editor.set("dora", bytes("new"), Kind.SHA512);
        editor.write();
        assertThat(Files.readString(file()).replaceAll("\\$6\\$\\S+", "HASH"))
                .isEqualTo("# one\nanna:$x\n\nno colon\nbob:HASH\n# bob:two\ncarl:$y\ndora:HASH\n");
    }

    @Test
    void aUserThatIsThereTwiceIsThereOnceAfterwards() throws Exception {
        Files.writeString(file(), "anna:1\nbob:2\nanna:3\n");
        PasswordFileEditor editor = PasswordFileEditor.open(file());
        editor.set("anna", bytes("new"), Kind.SHA512);
        editor.write();
        assertThat(Files.readAllLines(file())).hasSize(2).last().isEqualTo("bob:2");
    }

    @Test
    void usersCanBeRemoved() throws Exception {
        Files.writeString(file(), "# anna:1\nanna:1\nbob:2\n");
        PasswordFileEditor editor = PasswordFileEditor.open(file());
        assertThat(editor.remove("anna")).isTrue();
        assertThat(editor.remove("anna")).isFalse();
        editor.write();
        assertThat(file()).hasContent("# anna:1\nbob:2\n");
    }

    @Test
    void onlyPlainPasswordsAreHashed() throws Exception {
        Files.writeString(file(), "# anna:secret\nanna:secret:with colon\nbob:$7$1$eA==$eA==\n");
        PasswordFileEditor editor = PasswordFileEditor.open(file());
        assertThat(editor.hashAll(Kind.SHA512)).isEqualTo(1);
        assertThat(editor.hashAll(Kind.SHA512)).isZero();
        editor.write();
        assertThat(Files.readAllLines(file()))
                .hasSize(3)
                .startsWith("# anna:secret")
                .endsWith("bob:$7$1$eA==$eA==");
        String hash = Files.readAllLines(file()).get(1).substring("anna:".length());
        assertThat(PasswordHash.parse(hash).matches(bytes("secret:with colon"))).isTrue();
    }

    @Test
    void anEmptyPasswordIsNotHashed() throws Exception {
        Files.writeString(file(), "anna:x\nbob:\n");
        PasswordFileEditor editor = PasswordFileEditor.open(file());
        assertThatThrownBy(() -> editor.hashAll(Kind.SHA512))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(file() + ":2: the password is empty");
    }

    @Test
    void aFileThatWasThereKeepsItsModeButForOthers() throws Exception {
        Files.writeString(file(), "anna:1\n");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
        PasswordFileEditor editor = PasswordFileEditor.open(file());
        editor.remove("anna");
        editor.write();
        assertThat(mode(file())).isEqualTo("rw-r-----");
    }

    @Test
    void aLinkStaysALinkAndNothingIsLeftBeside() throws Exception {
        Path target = Files.writeString(directory.resolve("target"), "anna:1\n");
        Files.createSymbolicLink(file(), target);
        PasswordFileEditor editor = PasswordFileEditor.open(file());
        editor.remove("anna");
        editor.write();
        assertThat(file()).isSymbolicLink();
        assertThat(target).isEmptyFile();
        try (var names = Files.list(directory)) {
            assertThat(names).containsExactlyInAnyOrder(file(), target);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " anna", "anna ", "an:na", "#anna", "an\nna", "an\u0000na"})
    void namesThatTheFileCannotHoldAreRefused(String user) {
        PasswordFileEditor editor = PasswordFileEditor.create(file());
        assertThatThrownBy(() -> editor.set(user, bytes("x"), Kind.SHA512))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the user name '");
    }

    @Test
    void passwordsThatConnectCannotCarryAreRefused() {
        PasswordFileEditor editor = PasswordFileEditor.create(file());
        assertThatThrownBy(() -> editor.set("a", bytes(""), Kind.SHA512))
                .hasMessage("the password is empty");
        assertThatThrownBy(() -> editor.set("a", new byte[65_536], Kind.SHA512))
                .hasMessage("the password is longer than 65535 bytes");
    }

    @Test
    void aFileThatIsNotThereIsNotMadeByMistake() {
        assertThatThrownBy(() -> PasswordFileEditor.open(file()))
                .isInstanceOf(IOException.class)
                .hasMessage(file() + ": no such file; -c makes one");
    }
}
