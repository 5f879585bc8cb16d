package io.godwit.app;

import io.godwit.server.reload.ConfigurationSource;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of the broker, of {@code godwit} alone and of {@code godwit run} alike. */
final class RunOptions {

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "Configuration file. Otherwise $GODWIT_CONFIG, ./godwit.conf or"
                            + " /etc/godwit/godwit.conf, whichever is found first.")
    @Nullable Path config;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Where the broker keeps its data; overrides the configuration.")
    @Nullable Path dataDir;

    @Option(
            names = "--mosquitto-conf",
            paramLabel = "FILE",
            description =
                    "Takes the configuration from a mosquitto.conf instead, with the password and ACL"
                            + " files that it names.")
    @Nullable Path mosquittoConf;

    @Option(
            names = "--test-config",
            description = "Checks the configuration, says what is wrong with it, and exits.")
    boolean testConfig;

    /** Where these options say that the configuration is. */
    ConfigurationSource source() {
        return new ConfigurationSource(config, mosquittoConf, dataDir, System.getenv());
    }
}
