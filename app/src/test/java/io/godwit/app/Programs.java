package io.godwit.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts processes away from a folder, and ends them all. */
final class Programs implements AutoCloseable {

    /** {@code ./godwit}. */
    static final String GODWIT = Path.of("../godwit").toAbsolutePath().normalize().toString();

    private final Path folder;
    private final List<Running> started = new ArrayList<>();

    Programs(Path folder) {
        this.folder = folder;
    }

    /** Starts a broker on a port that the system chooses. */
    Running broker(Path data) throws IOException {
        var builder = new ProcessBuilder(GODWIT, "--data-dir", data.toString());
        builder.environment().put("GODWIT_LISTENERS__TCP__PORT", "0");
        builder.environment().put("GODWIT_ADMIN__ENABLED", "false");
        return start(builder);
    }

    Running start(String... command) throws IOException {
        return start(new ProcessBuilder(command));
    }

    private Running start(ProcessBuilder builder) throws IOException {
        builder.directory(Files.createDirectories(folder.resolve("elsewhere")).toFile());
        var running = new Running(builder.redirectErrorStream(true).start());
        started.add(running);
        return running;
    }

    @Override
    public void close() throws InterruptedException {
        for (Running running : started) {
            running.process.destroyForcibly().waitFor();
        }
    }
}
