package io.godwit.app;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code godwit ctl reload}: lets a running broker read its configuration again. */
@Command(
        name = "reload",
        description =
                "Lets a running broker read its configuration again, with all files that it names,"
                        + " and says what has changed. If anything is wrong nothing changes.",
        mixinStandardHelpOptions = true,
        versionProvider = GodwitCommand.VersionLine.class)
final class ReloadCommand implements Callable<Integer> {

    @Mixin private final RunningBroker broker = new RunningBroker();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var command = spec.commandLine();
        return broker.ask(
                command,
                client ->
                        PlanLines.of(client.post("/api/v1/reload", Map.of()), true)
                                .forEach(command.getOut()::println));
    }
}
