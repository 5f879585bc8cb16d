package io.godwit.app;

import io.godwit.server.Authenticators;
import io.godwit.server.GodwitServer;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.configuration.ConfigurationProblems;
import io.godwit.server.configuration.LoadedConfiguration;
import io.godwit.server.reload.ConfigurationSource;
import io.godwit.transport.SystemdSocket;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/** The broker as a process of its own, which says on its output how it is reached. */
final class BrokerProcess {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerProcess.class);

    private final PrintWriter out;
    private final PrintWriter err;

    /** What the process ends with when it is told to end. */
    private volatile int exitCode;

    BrokerProcess(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    /**
     * Runs the broker until the process is told to stop.
     *
     * @return the exit code
     */
    int run(RunOptions options) {
        if (!options.testConfig) {
            GodwitServer.prepare();
        }
        ConfigurationSource source = options.source();
        LoadedConfiguration loaded;
        try {
            loaded = source.load();
            if (options.testConfig) {
                Authenticators.build(loaded.configuration().authentication(), () -> 0).close();
                GodwitServer.check(loaded.configuration().admin());
            }
        } catch (ConfigurationProblems | IOException problems) {
            err.println(problems.getMessage());
            return Main.ERROR;
        }
        if (options.testConfig) {
            loaded.notices().forEach(out::println);
            out.printf(
                    "The configuration is in order (%s).%n",
                    String.join(", ", loaded.configuration().sources()));
            return 0;
        }
        return serve(source, loaded);
    }

    /** Serves until TERM or INT, then drains and exits 0. */
    private int serve(ConfigurationSource source, LoadedConfiguration loaded) {
        Configuration configuration = loaded.configuration();
        try (LogWriter writer = LogWriter.install()) {
            LogTail log = LogTail.install();
            GodwitServer server = GodwitServer.start(configuration);
            if (log != null) {
                server.show(log);
            }
            server.follow(source, loaded);
            reloadOnHangUp(server);
            Optional<SystemdSocket> systemd = SystemdSocket.of(System.getenv());
            CountDownLatch ended = new CountDownLatch(1);
            Runtime.getRuntime()
                    .addShutdownHook(
                            new Thread(
                                    () -> {
                                        systemd.ifPresent(it -> it.stopping("draining"));
                                        server.close();
                                        if (writer != null) {
                                            writer.close(); // it would not be by what follows
                                        }
                                        ended.countDown();
                                        // not 143, as of a signal
                                        Runtime.getRuntime().halt(exitCode);
                                    },
                                    "godwit-drain"));
            StartupLines.of(
                            configuration,
                            server.addresses(),
                            server.adminAddress(),
                            server.recovered())
                    .forEach(out::println);
            loaded.notices().forEach(notice -> out.println("  " + notice));
            out.flush();
            systemd.ifPresent(it -> it.ready("serving"));
            ended.await();
            return 0;
        } catch (IOException failure) {
            err.println(failure.getMessage());
            return Main.ERROR;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Main.ERROR;
        } catch (RuntimeException | Error fault) {
            exitCode = Main.ERROR;
            throw fault;
        }
    }

    /** As everybody expects of HUP. What becomes of it is in the log. */
    private static void reloadOnHangUp(GodwitServer server) {
        try {
            Signal.handle(
                    new Signal("HUP"),
                    _ -> {
                        try {
                            server.reload("HUP");
                        } catch (IOException told) { // in the log, with its reason
                            LOG.debug("HUP has changed nothing", told);
                        }
                    });
        } catch (IllegalArgumentException none) { // a system without it, or -Xrs
            LOG.warn("the signal HUP can't be caught; 'godwit ctl reload' does the same");
        }
    }
}
