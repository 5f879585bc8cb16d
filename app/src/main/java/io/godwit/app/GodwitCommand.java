package io.godwit.app;

import io.godwit.app.messages.ClientCommand;
import io.godwit.server.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The {@code godwit} command for picocli. Alone it is the broker; every other word is a subcommand.
 */
@Command(
        name = "godwit",
        description = "An MQTT server. Alone, or as 'godwit run', it is the broker.",
        mixinStandardHelpOptions = true,
        versionProvider = GodwitCommand.VersionLine.class)
final class GodwitCommand implements Callable<Integer> {

    @Mixin private final RunOptions options = new RunOptions();

    @Spec private CommandSpec spec = CommandSpec.create();

    private GodwitCommand() {}

    /** Runs a command line; returns its exit code. */
    static int execute(String[] words) {
        return commandLine(words).execute(words);
    }

    /** The command line with all its subcommands. */
    static CommandLine commandLine() {
        CommandLine godwit = new CommandLine(new GodwitCommand());
        Subcommands.CLASSES.forEach(godwit::addSubcommand);
        for (String name : ClientCommand.NAMES) {
            godwit.addSubcommand(name, new ClientLine(name).commandLine());
        }
        return handled(godwit);
    }

    /**
     * The command line with those subcommands that these words can have to do with. To read all of
     * them takes as long as half a start of the broker.
     */
    private static CommandLine commandLine(String[] words) {
        List<String> subcommands =
                Stream.of(words).filter(Subcommands.CLASSES::containsKey).toList();
        boolean isKnown = words.length == 0 || words[0].startsWith("-") || !subcommands.isEmpty();
        if (!isKnown || subcommands.isEmpty() && Stream.of(words).anyMatch(GodwitCommand::isHelp)) {
            return commandLine();
        }
        CommandLine godwit = new CommandLine(new GodwitCommand());
        subcommands.stream()
                .distinct()
                .forEach(name -> godwit.addSubcommand(name, Subcommands.CLASSES.get(name)));
        return handled(godwit);
    }

    private static boolean isHelp(String word) {
        return word.equals("--help") || word.equals("-h");
    }

    private static CommandLine handled(CommandLine godwit) {
        return godwit.setParameterExceptionHandler(GodwitCommand::wrongCommandLine)
                .setExecutionStrategy(GodwitCommand::executeLast);
    }

    @Override
    public Integer call() {
        return RunCommand.run(options, spec.commandLine());
    }

    /**
     * Refuses an option in front of a subcommand, which would otherwise be silently without effect.
     */
    private static int executeLast(ParseResult words) {
        if (words.hasSubcommand() && !words.matchedOptions().isEmpty() && !asksForHelp(words)) {
            String subcommand = words.subcommand().commandSpec().name();
            throw new ParameterException(
                    words.commandSpec().commandLine(),
                    "Options go after the subcommand: godwit %s %s ..."
                            .formatted(subcommand, words.originalArgs().getFirst()));
        }
        return new RunLast().execute(words);
    }

    private static boolean asksForHelp(ParseResult words) {
        return words.isUsageHelpRequested() || words.isVersionHelpRequested();
    }

    private static int wrongCommandLine(ParameterException problem, String[] arguments) {
        CommandLine command = problem.getCommandLine();
        command.getErr().println(problem.getMessage());
        UnmatchedArgumentException.printSuggestions(problem, command.getErr());
        command.getErr().printf("Try '%s --help'.%n", command.getCommandSpec().qualifiedName());
        return Main.ERROR;
    }

    /** A client's command, which reads its words by itself: as Mosquitto's does, not picocli. */
    @Command
    private static final class ClientLine implements Callable<Integer> {

        private final ClientCommand command;

        @Unmatched private List<String> words = new ArrayList<>();

        ClientLine(String name) {
            command = ClientCommand.of(name);
        }

        CommandLine commandLine() {
            CommandLine line = new CommandLine(this).setStopAtUnmatched(true);
            line.getCommandSpec().usageMessage().description(command.purpose() + ".");
            return line;
        }

        @Override
        public Integer call() {
            return command.run(words);
        }
    }

    /** The answer to {@code --version}. */
    static final class VersionLine implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"godwit " + Version.current()};
        }
    }
}
