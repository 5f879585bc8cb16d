package io.godwit.app;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code godwit cert}: makes certificates. */
@Command(
        name = "cert",
        description = "Makes certificates for trying TLS.",
        mixinStandardHelpOptions = true,
        versionProvider = GodwitCommand.VersionLine.class,
        subcommands = CertDevCommand.class)
final class CertCommand implements Callable<Integer> {

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(), "Say what to make, as in: godwit cert dev");
    }
}
