package io.godwit.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training run that fails does not fail the build, so both are tried here. */
class TrainingTest {

    @TempDir private Path folder = Path.of("");

    @Test
    void drivesABrokerWithItsStoreFromStartToStop() throws Exception {
        Training.run(folder);
        assertThat(folder.resolve("data/store/CURRENT")).isRegularFile();
        assertThat(folder.resolve("data/godwit.sock")).doesNotExist();
    }

    @Test
    void runsTheClientsInAnotherJavaMachine() throws Exception {
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ClientTraining.class.getName());
        assertThat(ClientTrainingBroker.run(folder, command)).isZero();
        assertThat(ClientTrainingBroker.run(folder.resolve("other"), List.of("false"))).isOne();
    }
}
