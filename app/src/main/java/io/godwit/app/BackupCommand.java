package io.godwit.app;

import io.godwit.broker.durable.Verification;
import io.godwit.broker.spi.Database;
import io.godwit.store.rocksdb.RocksDatabase;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code godwit ctl backup}: copies what a running broker keeps, and checks copies. */
@Command(
        name = "backup",
        description =
                "Makes a copy of the sessions, queues and retained messages of a running broker, or"
                        + " checks one.",
        mixinStandardHelpOptions = true,
        versionProvider = GodwitCommand.VersionLine.class)
final class BackupCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "DIR",
            description = "Where to: a directory that is not there yet, or empty.")
    private Path directory = Path.of("");

    @Mixin private final RunningBroker broker = new RunningBroker();

    @Option(
            names = "--verify",
            description =
                    "Makes none, but checks the one that is in DIR, without changing it; no broker"
                            + " is needed.")
    private boolean verify;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Path absolute = directory.toAbsolutePath().normalize(); // the broker may be elsewhere
        if (!verify) {
            return broker.ask(spec.commandLine(), client -> make(client, absolute));
        }
        try {
            return check(absolute);
        } catch (IOException failure) {
            spec.commandLine().getErr().println(failure.getMessage());
            return Main.ERROR;
        }
    }

    private void make(AdminClient client, Path to) throws IOException {
        Map<String, @Nullable Object> backup =
                client.post("/api/v1/backup", Map.of("directory", to.toString()));
        spec.commandLine()
                .getOut()
                .printf(
                        "Backed up to %s: %s files with %s bytes, in %s ms.%n",
                        backup.get("directory"),
                        backup.get("files"),
                        backup.get("bytes"),
                        backup.get("milliseconds"));
    }

    private int check(Path backup) throws IOException {
        long start = System.nanoTime();
        Verification.Report report;
        try (Database.Snapshot reader = RocksDatabase.openToRead(backup)) {
            report = Verification.of(reader);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "%s holds %d sessions, %d queued entries, %d messages that these share, %d retained messages; checked in %d ms.%n",
                backup,
                report.sessions(),
                report.queued(),
                report.messages(),
                report.retained(),
                Duration.ofNanos(System.nanoTime() - start).toMillis());
        if (report.damaged() == 0) {
            out.println("Nothing is damaged.");
            return 0;
        }
        out.printf("%d records are DAMAGED, and not among these:%n", report.damaged());
        report.told().forEach(damage -> out.println("  " + damage));
        if (report.damaged() > report.told().size()) {
            out.println("  ...");
        }
        return Main.ERROR;
    }
}
