package io.godwit.app.messages;

import io.godwit.app.bench.Kind;
import io.godwit.codec.ProtocolVersion;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** {@code godwit bench}: loads a server and measures it, in one of several ways. */
final class BenchCommand extends ClientCommand {

    BenchCommand(Streams streams) {
        super("bench", "Loads a server and measures it", ProtocolVersion.V5, streams);
        addHelpFlags();
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = super.spec();
        for (Kind kind : Kind.values()) {
            spec.addSubcommand(kind.word(), new CommandLine(new LoadCommand(kind, streams).spec()));
        }
        return spec;
    }

    @Override
    public int run(List<String> words) {
        Kind kind = words.isEmpty() ? null : Kind.of(words.getFirst());
        if (kind != null) {
            return new LoadCommand(kind, streams).run(words.subList(1, words.size()));
        }
        boolean isAboutBench = !words.isEmpty() && words.getFirst().matches("--help|--version");
        return super.run(isAboutBench ? words : List.of());
    }

    @Override
    int execute() throws WrongUsage {
        String kinds = Stream.of(Kind.values()).map(Kind::word).collect(Collectors.joining(", "));
        throw new WrongUsage("What is to be measured comes first, one of " + kinds);
    }
}
