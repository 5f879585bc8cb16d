package io.godwit.app;

import io.godwit.server.configuration.Configuration;
import io.godwit.server.configuration.ConfigurationProblems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code godwit ctl backup}: copies what a running broker keeps. */
@Command(
        name = "backup",
        description =
                "Makes a copy of the sessions, queues and retained messages of a running broker.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.VersionLine.class)
final class BackupCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "DIR",
            description = "Where to; a directory that is not there yet, or empty.")
    private Path directory = Path.of("");

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description =
                    "The data directory of the broker. Otherwise that of the configuration, which"
                            + " GODWIT_DATA_DIR overrides.")
    private @Nullable Path dataDir;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration of the broker, to find its data directory.")
    private @Nullable Path config;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        try {
            Path to = directory.toAbsolutePath().normalize(); // the broker's own may be another
            Map<String, @Nullable Object> backup =
                    new AdminClient(dataDirectory())
                            .post("/api/v1/backup", Map.of("directory", to.toString()));
            spec.commandLine()
                    .getOut()
                    .printf(
                            "Backed up to %s: %s files with %s bytes, in %s ms.%n",
                            backup.get("directory"),
                            backup.get("files"),
                            backup.get("bytes"),
                            backup.get("milliseconds"));
            return 0;
        } catch (IOException | ConfigurationProblems failure) {
            spec.commandLine().getErr().println(failure.getMessage());
            return Main.ERROR;
        }
    }

    private Path dataDirectory() throws ConfigurationProblems {
        return dataDir == null
                ? Configuration.load(config, System.getenv()).dataDir()
                : dataDir.toAbsolutePath().normalize();
    }
}
