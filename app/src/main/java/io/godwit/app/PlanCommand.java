package io.godwit.app;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code godwit ctl plan}: what a configuration would change in a running broker. */
@Command(
        name = "plan",
        description =
                "Says what would change if a running broker had the configuration of this file:"
                        + " each key, whether it needs a restart, and who would be disconnected."
                        + " Changes nothing.",
        mixinStandardHelpOptions = true,
        versionProvider = GodwitCommand.VersionLine.class)
final class PlanCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "The configuration file.")
    private Path file = Path.of("godwit.conf");

    @Mixin private final RunningBroker broker = new RunningBroker();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var command = spec.commandLine();
        String absolute = file.toAbsolutePath().normalize().toString(); // it may be elsewhere
        return broker.ask(
                command,
                client ->
                        PlanLines.of(client.post("/api/v1/plan", Map.of("file", absolute)), false)
                                .forEach(command.getOut()::println));
    }
}
