package io.godwit.app;

import io.godwit.server.configuration.ConfigurationProblems;
import java.io.IOException;
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
        versionProvider = Main.VersionLine.class)
final class ReloadCommand implements Callable<Integer> {

    @Mixin private final RunningBroker broker = new RunningBroker();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var command = spec.commandLine();
        try {
            var answer = broker.client().post("/api/v1/reload", Map.of());
            PlanLines.of(answer, true).forEach(command.getOut()::println);
            return 0;
        } catch (IOException | ConfigurationProblems failure) {
            command.getErr().println(failure.getMessage());
            return Main.ERROR;
        }
    }
}
