package io.godwit.server.configuration;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A configuration and where it was read from.
 *
 * @param configuration what was read
 * @param files the files, and directories whose files count, that it was read from
 * @param text what it says
 * @param notices lines of another program's file that have no effect here, and why
 */
public record LoadedConfiguration(
        Configuration configuration,
        List<Path> files,
        ConfigurationText text,
        List<Problem> notices) {

    /** Copies the lists. */
    public LoadedConfiguration {
        files = List.copyOf(files);
        notices = List.copyOf(notices);
    }

    /** As {@link Configuration#load}. */
    public static LoadedConfiguration load(@Nullable Path file, Map<String, String> environment)
            throws ConfigurationProblems {
        return loader(environment).read(file);
    }

    /**
     * As {@link #load(Path, Map)}, but from a text instead of a file.
     *
     * @param source what the text is called in messages
     */
    public static LoadedConfiguration parse(
            String text, String source, Map<String, String> environment)
            throws ConfigurationProblems {
        return loader(environment).parse(text, source);
    }

    /**
     * Loads the configuration from another program's file, and no other; then the overrides {@code
     * GODWIT_...} of the environment.
     *
     * @throws ConfigurationProblems with all problems, those of the file among them
     */
    public static LoadedConfiguration translated(
            TranslatedFile file, Map<String, String> environment) throws ConfigurationProblems {
        return loader(environment).read(file);
    }

    private static ConfigurationLoader loader(Map<String, String> environment) {
        return new ConfigurationLoader(
                Path.of("").toAbsolutePath(),
                Path.of("/etc/godwit/godwit.conf"),
                environment,
                Runtime.getRuntime().maxMemory());
    }

    /** The same with its data in another directory. */
    public LoadedConfiguration withDataDir(Path directory) {
        return new LoadedConfiguration(configuration.withDataDir(directory), files, text, notices);
    }
}
