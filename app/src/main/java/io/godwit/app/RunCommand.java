package io.godwit.app;

import io.godwit.server.Authenticators;
import io.godwit.server.GodwitServer;
import io.godwit.server.Version;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.configuration.ConfigurationProblems;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code godwit run}: the broker. */
@Command(
        name = "run",
        description = "Runs the broker, as 'godwit' alone does.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.VersionLine.class)
final class RunCommand implements Callable<Integer> {

    @Mixin private final RunOptions options = new RunOptions();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        return run(options, spec.commandLine());
    }

    /**
     * Runs the broker until the process is told to stop.
     *
     * @return the exit code
     */
    static int run(RunOptions options, CommandLine command) {
        if (options.mosquittoConf != null) {
            command.getErr()
                    .printf(
                            "--mosquitto-conf %s: reading mosquitto.conf is not in this version yet (%s)."
                                    + " Write a godwit.conf and name it with --config.%n",
                            options.mosquittoConf, Version.current());
            return Main.ERROR;
        }
        Configuration configuration;
        try {
            configuration = Configuration.load(options.config, System.getenv());
            if (options.testConfig) {
                Authenticators.build(configuration.authentication(), () -> 0).close();
            }
        } catch (ConfigurationProblems problems) {
            command.getErr().println(problems.getMessage());
            return Main.ERROR;
        }
        if (options.dataDir != null) {
            configuration = configuration.withDataDir(options.dataDir);
        }
        if (options.testConfig) {
            command.getOut()
                    .printf(
                            "The configuration is in order (%s).%n",
                            String.join(", ", configuration.sources()));
            return 0;
        }
        return serve(configuration, command);
    }

    /** Serves until TERM or INT, then drains and exits 0. */
    private static int serve(Configuration configuration, CommandLine command) {
        try {
            GodwitServer server = GodwitServer.start(configuration);
            StartupLines.of(configuration, server.addresses(), server.recovered())
                    .forEach(command.getOut()::println);
            command.getOut().flush();
            CountDownLatch ended = new CountDownLatch(1);
            Runtime.getRuntime()
                    .addShutdownHook(
                            new Thread(
                                    () -> {
                                        server.close();
                                        ended.countDown();
                                        Runtime.getRuntime().halt(0); // not 143, as of a signal
                                    },
                                    "godwit-drain"));
            ended.await();
            return 0;
        } catch (IOException failure) {
            command.getErr().println(failure.getMessage());
            return Main.ERROR;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Main.ERROR;
        }
    }
}
