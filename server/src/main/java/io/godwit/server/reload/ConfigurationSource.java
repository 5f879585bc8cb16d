package io.godwit.server.reload;

import io.godwit.server.configuration.ConfigurationProblems;
import io.godwit.server.configuration.LoadedConfiguration;
import io.godwit.server.mosquitto.MosquittoConfiguration;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a broker's configuration is read from, at its start and for each reload.
 *
 * @param config the file named by {@code --config}, or null to search for it
 * @param mosquittoConf Mosquitto's file, instead of one of ours; or null
 * @param dataDir overrides the one of the configuration; or null
 * @param environment the environment variables
 */
public record ConfigurationSource(
        @Nullable Path config,
        @Nullable Path mosquittoConf,
        @Nullable Path dataDir,
        Map<String, String> environment) {

    /** Copies the variables. */
    public ConfigurationSource {
        environment = Map.copyOf(environment);
    }

    /** Reads it. */
    public LoadedConfiguration load() throws ConfigurationProblems {
        return inDataDir(
                mosquittoConf != null
                        ? MosquittoConfiguration.load(mosquittoConf, environment)
                        : LoadedConfiguration.load(config, environment));
    }

    /** Reads another file of the same kind instead. */
    public LoadedConfiguration load(Path other) throws ConfigurationProblems {
        return inDataDir(
                mosquittoConf != null
                        ? MosquittoConfiguration.load(other, environment)
                        : LoadedConfiguration.load(other, environment));
    }

    /** Reads a text instead, which is always in our own format. */
    public LoadedConfiguration parse(String text) throws ConfigurationProblems {
        return inDataDir(LoadedConfiguration.parse(text, "the text", environment));
    }

    private LoadedConfiguration inDataDir(LoadedConfiguration loaded) {
        return dataDir == null ? loaded : loaded.withDataDir(dataDir);
    }
}
