package io.godwit.server.reload;

import io.godwit.broker.control.InvalidConfiguration;
import io.godwit.broker.control.Refusal;
import io.godwit.broker.control.ReloadPlan;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.configuration.ConfigurationProblems;
import io.godwit.server.configuration.LoadedConfiguration;
import io.godwit.server.configuration.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that makes a broker reload: somebody asks, or files have changed. Logs each in a line.
 * Safe for every thread but an event loop's.
 */
public final class Reloads implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Reloads.class);

    private static final Duration INTERVAL = Duration.ofMillis(500);

    /** What asks for a reload when files are watched. */
    private static final String WATCH = "a file has changed";

    private final Reloader reloader;
    private volatile @Nullable ConfigurationSource source;
    private volatile @Nullable LoadedConfiguration inForce;
    private volatile @Nullable FileWatch watch;
    private boolean closed;

    /** By this reloader. */
    public Reloads(Reloader reloader) {
        this.reloader = reloader;
    }

    /**
     * Reads the configuration from there from now on. If its files are watched, what has changed
     * since the start is applied now: the watch tells only what comes later.
     *
     * @param loaded what it was read as at the start
     */
    public void follow(ConfigurationSource from, LoadedConfiguration loaded) {
        source = from;
        inForce = loaded;
        boolean isWatched = loaded.configuration().reload().watch();
        watch(isWatched);
        if (isWatched) {
            changed();
        }
    }

    /**
     * Reads it again and applies what differs.
     *
     * @param by what asked for it, for the log, such as {@code HUP}
     * @throws Refusal if there is no place to read it from
     * @throws IOException as {@link Reloader#reload}
     */
    public ReloadPlan reload(String by) throws IOException {
        ConfigurationSource from = source();
        List<LoadedConfiguration> loaded = new ArrayList<>();
        ReloadPlan plan =
                logged(
                        by,
                        () -> {
                            loaded.add(read(from::load));
                            return loaded.getFirst().configuration();
                        });
        inForce = loaded.getFirst();
        watch(loaded.getFirst().configuration().reload().watch());
        return plan;
    }

    /** Applies a configuration that a program has made. */
    public ReloadPlan reload(Configuration configuration) throws IOException {
        return logged("the embedding program", () -> configuration);
    }

    /** What another file would change. */
    public ReloadPlan plan(Path file) throws IOException {
        ConfigurationSource from = source();
        return reloader.plan(() -> read(() -> from.load(file)).configuration());
    }

    /** What another text would change. */
    public ReloadPlan plan(String text) throws IOException {
        ConfigurationSource from = source();
        return reloader.plan(() -> read(() -> from.parse(text)).configuration());
    }

    /** What a configuration would change. */
    public ReloadPlan plan(Configuration configuration) throws IOException {
        return reloader.plan(() -> configuration);
    }

    /** What was read last; null if there is no place to read it from. */
    public @Nullable LoadedConfiguration loaded() {
        return inForce;
    }

    private ConfigurationSource source() throws Refusal {
        ConfigurationSource from = source;
        if (from == null) {
            throw new Refusal(
                    "this broker was started by a program, which alone knows its configuration");
        }
        return from;
    }

    private ReloadPlan logged(String by, Reloader.Source next) throws IOException {
        try {
            ReloadPlan plan = reloader.reload(next);
            if (!plan.changes().isEmpty() || !by.equals(WATCH)) {
                LOG.info("reload ({}): {}", by, plan.summary());
            }
            return plan;
        } catch (InvalidConfiguration invalid) {
            LOG.error(
                    "reload ({}) has changed nothing, since the configuration has problems: {}",
                    by,
                    String.join("; ", invalid.problems()));
            throw invalid;
        } catch (IOException failure) {
            LOG.error("reload ({}) has changed nothing: {}", by, failure.getMessage());
            throw failure;
        }
    }

    private interface Loading {
        LoadedConfiguration load() throws ConfigurationProblems;
    }

    private static LoadedConfiguration read(Loading loading) throws InvalidConfiguration {
        try {
            return loading.load();
        } catch (ConfigurationProblems found) {
            throw new InvalidConfiguration(
                    found.problems().stream().map(Problem::toString).toList());
        }
    }

    private synchronized void watch(boolean isOn) {
        FileWatch before = watch;
        if (closed || isOn == (before != null)) {
            return;
        }
        if (before != null) {
            before.close();
            watch = null;
        } else {
            watch = FileWatch.start(this::watched, INTERVAL, this::changed);
        }
    }

    private Collection<Path> watched() {
        LoadedConfiguration loaded = inForce;
        List<Path> files = new ArrayList<>(loaded == null ? List.of() : loaded.files());
        files.addAll(reloader.files());
        return files;
    }

    private void changed() {
        try {
            reload(WATCH);
        } catch (IOException told) { // the log has it; the next change is another chance
            LOG.debug("the files that have changed were not applied", told);
        }
    }

    /** Watches no more; finishes what is under way, and refuses what comes later. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        FileWatch last = watch;
        if (last != null) {
            last.close();
        }
        reloader.close();
    }
}
