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
import java.util.function.Supplier;
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
        return read(given).configuration();
    }

    /** The same, with the files that it was read from. */
    LoadedConfiguration read(@Nullable Path given) throws ConfigurationProblems {
        List<Problem> problems = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        var file =
                ConfigurationFile.find(given, workingDirectory, systemFile, environment, problems);
        String source =
                file.map(it -> it.path().normalize().toString()).orElse(Configuration.BUILT_IN);
        Draft draft = new Draft(heap, file.isPresent());
        return finish(
                draft,
                source,
                () -> file.map(it -> it.parse(files, problems)).orElseGet(ConfigFactory::empty),
                files,
                problems);
    }

    /** Loads it from this text instead of a file. */
    LoadedConfiguration parse(String text, String source) throws ConfigurationProblems {
        List<Problem> problems = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        return finish(
                new Draft(heap, true),
                source,
                () -> ConfigurationFile.parse(text, source, files, problems),
                files,
                problems);
    }

    /** Loads it from another program's file instead, with the environment over it. */
    LoadedConfiguration read(TranslatedFile file) throws ConfigurationProblems {
        List<Problem> problems = new ArrayList<>();
        try {
            var loaded =
                    finish(
                            new Draft(heap, true),
                            file.file().toString(),
                            () -> file.config(problems),
                            new ArrayList<>(file.files()),
                            problems);
            return new LoadedConfiguration(
                    loaded.configuration(), loaded.files(), loaded.text(), file.notices());
        } catch (ConfigurationProblems found) {
            throw new ConfigurationProblems(found.problems().stream().map(file::named).toList());
        }
    }

    private LoadedConfiguration finish(
            Draft draft,
            String source,
            Supplier<Config> inFile,
            List<Path> files,
            List<Problem> problems)
            throws ConfigurationProblems {
        var overrides = EnvironmentOverrides.read(environment, workingDirectory, problems);
        List<String> sources = new ArrayList<>();
        sources.add(source);
        sources.addAll(overrides.used());
        ConfigurationText text = ConfigurationText.EMPTY;
        try {
            var keys = resolve(overrides.config().withFallback(inFile.get()), source, problems);
            if (keys.isPresent()) {
                new ConfigurationReader(draft, problems, workingDirectory).read(keys.get().root());
                text = new ConfigurationText(keys.get().root());
            }
        } catch (StackOverflowError e) { // the parser recurses; a file can be one million brackets
            problems.add(new Problem(source, 0, "is nested too deeply"));
        }
        draft.listenForThisMachine();
        draft.readAclFile(workingDirectory, problems);
        throwIfAny(problems);
        files.addAll(overrides.files());
        return new LoadedConfiguration(
                draft.finish(workingDirectory, sources), files, text, List.of());
    }

    private static void throwIfAny(List<Problem> problems) throws ConfigurationProblems {
        if (!problems.isEmpty()) {
            throw new ConfigurationProblems(
                    problems.stream()
                            .distinct()
                            .sorted(
                                    Comparator.comparing(Problem::file)
                                            .thenComparingInt(Problem::line))
                            .toList());
        }
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
