package io.godwit.app;

import io.godwit.server.configuration.ConfigurationProblems;
import io.godwit.server.reload.ConfigurationSource;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The options that say which running broker is meant. */
final class RunningBroker {

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

    @Option(
            names = "--mosquitto-conf",
            paramLabel = "FILE",
            description = "The same, if the broker runs with a mosquitto.conf.")
    private @Nullable Path mosquittoConf;

    /** What is to be asked of it. */
    @FunctionalInterface
    interface Question {
        void ask(AdminClient client) throws IOException;
    }

    /**
     * Asks it something; what goes wrong is said.
     *
     * @return the exit code
     */
    int ask(CommandLine command, Question question) {
        try {
            question.ask(client());
            return 0;
        } catch (IOException | ConfigurationProblems failure) {
            command.getErr().println(failure.getMessage());
            return Main.ERROR;
        }
    }

    private AdminClient client() throws ConfigurationProblems {
        if (dataDir != null) {
            return new AdminClient(dataDir.toAbsolutePath().normalize());
        }
        var source = new ConfigurationSource(config, mosquittoConf, null, System.getenv());
        return new AdminClient(source.load().configuration().dataDir());
    }
}
