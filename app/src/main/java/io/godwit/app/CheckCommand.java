package io.godwit.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "The configuration file.")
    private @Nullable Path file;

    @Option(
            names = "--mosquitto-conf",
            paramLabel = "FILE",
            description = "A mosquitto.conf instead; says too what has no effect here.")
    private @Nullable Path mosquittoConf;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if ((file == null) == (mosquittoConf == null)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Name one file: godwit check FILE, or godwit check --mosquitto-conf FILE");
        }
        RunOptions options = new RunOptions();
        options.config = file;
        options.mosquittoConf = mosquittoConf;
        options.testConfig = true;
        return RunCommand.run(options, spec.commandLine());
    }
}
