package io.godwit.app;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code godwit run}: the broker. */
@Command(
        name = "run",
        description = "Runs the broker, as 'godwit' alone does.",
        mixinStandardHelpOptions = true,
        versionProvider = GodwitCommand.VersionLine.class)
final class RunCommand implements Callable<Integer> {

    @Mixin private final RunOptions options = new RunOptions();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        return run(options, spec.commandLine());
    }

    /**
     * Runs the broker until the process is told to stop.
     *
     * @return the exit code
     */
    static int run(RunOptions options, CommandLine command) {
        if (options.namesTwoFiles()) {
            throw new ParameterException(
                    command, "The configuration is in one file: --config or --mosquitto-conf.");
        }
        return new BrokerProcess(command.getOut(), command.getErr()).run(options);
    }
}
