package io.godwit.app;

import io.godwit.access.rules.Expectations;
import io.godwit.access.rules.Explainer;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.configuration.ConfigurationProblems;
import io.godwit.server.reload.ConfigurationSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code godwit check}: says what is wrong with a configuration file. */
@Command(
        name = "check",
        description =
                "Checks a configuration file and says what is wrong with it, with file and line.",
        mixinStandardHelpOptions = true,
        versionProvider = GodwitCommand.VersionLine.class)
final class CheckCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            description = "The configuration file; otherwise the one that the broker would read.")
    private @Nullable Path file;

    @Option(
            names = "--acl-tests",
            paramLabel = "TESTS",
            description =
                    "Also checks a file of expectations about the rules, such as 'allow publish"
                            + " client=dev1 user=alice topic=a/b qos=1', one a line.")
    private @Nullable Path tests;

    @Option(
            names = "--mosquitto-conf",
            paramLabel = "FILE",
            description = "A mosquitto.conf instead; says too what has no effect here.")
    private @Nullable Path mosquittoConf;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (file != null && mosquittoConf != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Name one file: godwit check FILE, or godwit check --mosquitto-conf FILE");
        }
        RunOptions options = new RunOptions();
        options.config = file;
        options.mosquittoConf = mosquittoConf;
        options.testConfig = true;
        int exitCode = RunCommand.run(options, spec.commandLine());
        return exitCode == 0 && tests != null ? check(tests) : exitCode;
    }

    private int check(Path expected) {
        PrintWriter err = spec.commandLine().getErr();
        List<String> problems = new ArrayList<>();
        try {
            Configuration configuration =
                    new ConfigurationSource(file, mosquittoConf, null, System.getenv())
                            .load()
                            .configuration();
            Expectations expectations =
                    Expectations.parse(expected.toString(), Files.readAllLines(expected), problems);
            problems.addAll(
                    expectations.failures(
                            new Explainer(configuration.authorization().authorizer())));
            problems.forEach(err::println);
            if (problems.isEmpty()) {
                spec.commandLine()
                        .getOut()
                        .printf("The rules meet %d expectations.%n", expectations.count());
            }
        } catch (ConfigurationProblems changed) {
            err.println(changed.getMessage());
            return Main.ERROR;
        } catch (IOException unreadable) {
            err.println(expected + " can't be read as UTF-8 text: " + unreadable);
            return Main.ERROR;
        }
        return problems.isEmpty() ? 0 : Main.ERROR;
    }
}
