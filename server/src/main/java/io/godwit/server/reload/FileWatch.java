package io.godwit.server.reload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at files again and again, and tells when one has changed and they have been still since the
 * look before. It follows symbolic links each time, so that a link that is swapped, as Kubernetes
 * does it with all files of a volume at once, is a change like any other. One thread of its own.
 */
final class FileWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);

    /** Of a directory, what it holds shows in its time. */
    private record Stamp(Path real, FileTime modified, long size, @Nullable Object identity) {

        /** That of a file which is not there. */
        static Stamp missing(Path file) {
            return new Stamp(file, FileTime.fromMillis(0), -1, null);
        }
    }

    private final Supplier<Collection<Path>> files;
    private final Runnable changed;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("godwit-watch").factory());
    private Map<Path, Stamp> told;
    private Map<Path, Stamp> seen;
    private volatile @Nullable Thread looking;

    private FileWatch(Supplier<Collection<Path>> files, Runnable changed) {
        this.files = files;
        this.changed = changed;
        this.told = stamps();
        this.seen = told;
    }

    /**
     * Begins to look; what has changed before is not told.
     *
     * @param files which to look at, asked each time
     * @param interval from one look to the next
     * @param changed run on the watch's thread
     */
    static FileWatch start(Supplier<Collection<Path>> files, Duration interval, Runnable changed) {
        FileWatch watch = new FileWatch(files, changed);
        long millis = interval.toMillis();
        watch.thread.scheduleWithFixedDelay(watch::look, millis, millis, TimeUnit.MILLISECONDS);
        return watch;
    }

    private void look() {
        looking = Thread.currentThread();
        try {
            Map<Path, Stamp> now = stamps();
            boolean isStill = now.equals(seen);
            seen = now;
            if (isStill && !now.equals(told)) {
                told = new HashMap<>(now);
                tell();
                told.keySet().retainAll(files.get());
            }
        } catch (RuntimeException bug) {
            LOG.error("watching the configuration's files failed; it goes on", bug);
        }
    }

    /**
     * What that reads may name other files. Each of them counts as known from its first stamp on,
     * and may have changed since it was read, a moment before: so it is told once more.
     */
    private void tell() {
        boolean isNews = true;
        while (isNews) {
            changed.run();
            isNews = false;
            for (Map.Entry<Path, Stamp> each : stamps().entrySet()) {
                isNews |= told.putIfAbsent(each.getKey(), each.getValue()) == null;
            }
        }
    }

    private Map<Path, Stamp> stamps() {
        Map<Path, Stamp> stamps = new HashMap<>();
        for (Path file : files.get()) {
            try {
                Path real = file.toRealPath();
                BasicFileAttributes attributes =
                        Files.readAttributes(real, BasicFileAttributes.class);
                stamps.put(
                        file,
                        new Stamp(
                                real,
                                attributes.lastModifiedTime(),
                                attributes.size(),
                                attributes.fileKey()));
            } catch (IOException gone) { // or unreadable, which who needs it says
                stamps.put(file, Stamp.missing(file));
            }
        }
        return stamps;
    }

    /** Looks no more; waits for what it has begun, but not for long, and not for its caller. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (looking != Thread.currentThread()
                    && !thread.awaitTermination(5, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
