package io.godwit.app.sn;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code godwit sn}: a client of MQTT-SN. */
@Command(
        name = "sn",
        description = "Clients of MQTT-SN 1.2, over UDP.",
        subcommands = {SnPub.class, SnSub.class})
public final class SnCommand implements Callable<Integer> {

    static final int ERROR = 1;
    static final int TIME_IS_OVER = 27;

    @Option(names = "--help", usageHelp = true, description = "Shows this and ends.")
    private boolean help;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(),
                "Say what to do, as in: godwit sn pub -t plant/temperature -m 21.5");
    }
}
