package io.godwit.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code godwit check}: says what is wrong with a configuration file. */
@Command(
        name = "check",
        description =
                "Checks a configuration file and says what is wrong with it, with file and line.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.VersionLine.class)
final class CheckCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "The configuration file.")
    private Path file = Path.of("godwit.conf");

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        RunOptions options = new RunOptions();
        options.config = file;
        options.testConfig = true;
        return RunCommand.run(options, spec.commandLine());
    }
}
