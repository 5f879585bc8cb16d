package io.godwit.server.configuration;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.util.List;

/**
 * Another program's configuration in our keys.
 *
 * @param file the file it was read from; absolute
 * @param files all files and directories it was read from
 * @param settings what it sets
 * @param problems what is wrong with it
 * @param notices what has no effect here, and why
 */
public record TranslatedFile(
        Path file,
        List<Path> files,
        List<Setting> settings,
        List<Problem> problems,
        List<Problem> notices) {

    /** Copies the lists. */
    public TranslatedFile {
        files = List.copyOf(files);
        settings = List.copyOf(settings);
        problems = List.copyOf(problems);
        notices = List.copyOf(notices);
    }

    /** Its keys, as if they stood in a file of ours, but with their places in its own. */
    Config config(List<Problem> found) {
        found.addAll(problems);
        Config config = ConfigFactory.empty();
        for (Setting setting : settings) {
            if (Keys.isKnown(setting.path())) {
                var origin =
                        ConfigOriginFactory.newFile(setting.file()).withLineNumber(setting.line());
                config =
                        config.withValue(
                                setting.path(),
                                ConfigValueFactory.fromAnyRef(setting.text()).withOrigin(origin));
            } else {
                found.add(
                        setting.problem(
                                "needs " + setting.path() + ", which is not in this version"));
            }
        }
        return config;
    }

    /** With the name that the file has for a key in front of a problem with it. */
    Problem named(Problem problem) {
        return settings.stream()
                .filter(it -> it.file().equals(problem.file()) && it.line() == problem.line())
                .filter(it -> !problem.text().startsWith(it.by() + ": "))
                .filter(it -> problem.text().contains(it.path()))
                .findFirst()
                .map(it -> it.problem(problem.text()))
                .orElse(problem);
    }
}
