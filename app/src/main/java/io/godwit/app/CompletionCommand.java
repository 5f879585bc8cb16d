package io.godwit.app;

import io.godwit.app.messages.ClientCommand;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code godwit completion}: what a shell needs to complete {@code godwit} and its options. */
@Command(
        name = "completion",
        description = {
            "Prints what a shell needs to complete 'godwit' and its options: for bash, put",
            "    source <(godwit completion bash)",
            "into ~/.bashrc; for zsh, the same with zsh into ~/.zshrc."
        },
        mixinStandardHelpOptions = true,
        versionProvider = GodwitCommand.VersionLine.class)
final class CompletionCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "SHELL", description = "bash or zsh.")
    private String shell = "";

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (!shell.equals("bash") && !shell.equals("zsh")) {
            throw new ParameterException(
                    spec.commandLine(), "The shell is bash or zsh; it is " + shell);
        }
        CommandLine godwit = GodwitCommand.commandLine();
        for (String name : ClientCommand.NAMES) {
            godwit.getCommandSpec().removeSubcommand(name);
            godwit.addSubcommand(name, new CommandLine(ClientCommand.of(name).spec()));
        }
        spec.commandLine().getOut().print(AutoComplete.bash("godwit", godwit));
        spec.commandLine().getOut().flush();
        return 0;
    }
}
