package io.godwit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

    @TempDir private Path directory = Path.of("");

    /** Another process: opens the directory, says how that went, and holds it until told to end. */
    static final class Holder {

        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            try (DataDirectory data = DataDirectory.open(Path.of(arguments[0]))) {
                System.out.println("open " + data.path());
                System.in.read();
            } catch (IOException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void itIsCreatedForItsOwnerOnly() throws IOException {
        Path path = directory.resolve("a/b");
        try (DataDirectory data = DataDirectory.open(path)) {
            assertThat(data.path()).isEqualTo(path.toRealPath());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void aSecondBrokerOfThisProcessIsRefusedAndAThirdAfterTheFirst() throws IOException {
        DataDirectory first = DataDirectory.open(directory);
        assertThatThrownBy(() -> DataDirectory.open(directory.resolve("x/..")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is in use by this process");
        first.close();
        first.close();
        DataDirectory.open(directory).close();
    }

    @Test
    void anotherProcessIsRefusedAlsoAfterASecondAttemptOfThisOne() throws Exception {
        try (DataDirectory data = DataDirectory.open(directory)) {
            assertThatThrownBy(() -> DataDirectory.open(directory)).isInstanceOf(IOException.class);
            assertThat(openElsewhere(data.path()))
                    .startsWith("data-dir " + data.path() + " is in use by process ")
                    .contains(" " + ProcessHandle.current().pid() + ";");
        }
        assertThat(openElsewhere(directory)).isEqualTo("open " + directory.toRealPath());
    }

    @Test
    void aDirectoryThatAnotherProcessHoldsIsRefused() throws Exception {
        Process process = start(directory);
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(output.readLine()).startsWith("open ");
            assertThatThrownBy(() -> DataDirectory.open(directory))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is in use by process " + process.pid() + ";");
        } finally {
            process.destroyForcibly().waitFor();
        }
        DataDirectory.open(directory).close();
    }

    @Test
    void aFileIsNoDirectory() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        assertThatThrownBy(() -> DataDirectory.open(file))
                .isInstanceOf(IOException.class)
                .hasMessage("data-dir " + file + " is not a directory");
        assertThatThrownBy(() -> DataDirectory.open(file.resolve("below")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("can't be created");
    }

    @Test
    void whatCantBeWrittenIsRefused() throws IOException {
        Files.createDirectory(directory.resolve("lock"));
        assertThatThrownBy(() -> DataDirectory.open(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("can't be written");
        Files.delete(directory.resolve("lock"));
        DataDirectory.open(directory).close();
    }

    private static String openElsewhere(Path path) throws Exception {
        Process process = start(path);
        process.outputWriter(StandardCharsets.UTF_8).close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.strip();
    }

    private static Process start(Path path) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        path.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
