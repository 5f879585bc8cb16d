package io.godwit.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training run that fails does not fail the build, so it is tried here. */
class TrainingTest {

    @TempDir private Path folder = Path.of("");

    @Test
    void drivesABrokerWithItsStoreFromStartToStop() throws Exception {
        Training.run(
                folder,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ClientTraining.class.getName()));
        assertThat(folder.resolve("data/store/CURRENT")).isRegularFile();
        assertThat(folder.resolve("data/godwit.sock")).doesNotExist();
    }
}
