package io.godwit.app;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code godwit ctl}: what an administrator asks of a running broker. */
@Command(
        name = "ctl",
        description = "Looks into a running broker and changes it.",
        mixinStandardHelpOptions = true,
        versionProvider = GodwitCommand.VersionLine.class,
        subcommands = {
            BackupCommand.class,
            ExplainCommand.class,
            BanCommand.class,
            SessionCommand.class,
            ReloadCommand.class,
            PlanCommand.class,
            ClientsCommands.Clients.class,
            ClientsCommands.One.class,
            ClientsCommands.Disconnect.class,
            ClientsCommands.Subscriptions.class,
            MessagesCommands.Retained.class,
            MessagesCommands.Publish.class,
            MessagesCommands.LogLevel.class,
            TraceCommand.class
        })
final class CtlCommand implements Callable<Integer> {

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(), "Say what to do, as in: godwit ctl backup DIR");
    }
}
