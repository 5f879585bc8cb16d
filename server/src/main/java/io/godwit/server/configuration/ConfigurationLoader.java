package io.godwit.server.configuration;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigResolver;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Loads a configuration: finds the file, lays the environment over it, checks every key.
 *
 * @param workingDirectory what relative paths start from; absolute
 * @param systemFile the file of last resort
 * @param environment the environment variables
 * @param heap bytes, the measure of percentages
 */
record ConfigurationLoader(
        Path workingDirectory, Path systemFile, Map<String, String> environment, long heap) {

    /** The environment as a source of substitutions such as {@code ${HOME}}. */
    private record EnvironmentResolver(Map<String, String> environment) implements ConfigResolver {

        @Override
        public @Nullable ConfigValue lookup(String path) {
            @Nullable String text = environment.get(path);
            return text == null
                    ? null
                    : ConfigValueFactory.fromAnyRef(text, Place.ENVIRONMENT_VARIABLE + path);
        }

        @Override
        public ConfigResolver withFallback(ConfigResolver fallback) {
            return this;
        }
    }

    /** Loads it, from the given file or the first that is found. */
    Configuration load(@Nullable Path given) throws ConfigurationProblems {
        List<Problem> problems = new ArrayList<>();
        var overrides = EnvironmentOverrides.read(environment, workingDirectory, problems);
        var file =
                ConfigurationFile.find(given, workingDirectory, systemFile, environment, problems);
        List<String> sources = new ArrayList<>();
        sources.add(
                file.map(it -> it.path().normalize().toString()).orElse(Configuration.BUILT_IN));
        sources.addAll(overrides.used());
        Draft draft = new Draft(heap, file.isPresent());
        try {
            Config inFile = file.map(it -> it.parse(problems)).orElseGet(ConfigFactory::empty);
            var keys = resolve(overrides.config().withFallback(inFile), sources.get(0), problems);
            keys.ifPresent(it ->
                    new ConfigurationReader(draft, problems, workingDirectory).read(it.root()));
        } catch (StackOverflowError e) { // the parser recurses; a file can be one million brackets
            problems.add(new Problem(sources.get(0), 0, "is nested too deeply"));
        }
        draft.readAclFile(workingDirectory, problems);
        if (!problems.isEmpty()) {
            throw new ConfigurationProblems(
                    problems.stream()
                            .distinct()
                            .sorted(
                                    Comparator.comparing(Problem::file)
                                            .thenComparingInt(Problem::line))
                            .toList());
        }
        return draft.finish(workingDirectory, sources);
    }

    /**
     * What can't be resolved stays in it, so that the reader reports all of that, not the first.
     */
    private Optional<Config> resolve(Config config, String source, List<Problem> problems) {
        try {
            return Optional.of(
                    config.resolve(
                            ConfigResolveOptions.noSystem()
                                    .appendResolver(new EnvironmentResolver(environment))
                                    .setAllowUnresolved(true)));
        } catch (ConfigException e) { // such as a cycle of substitutions
            problems.add(ConfigurationFile.problem(e, Path.of(source)));
            return Optional.empty();
        }
    }
}
