package io.godwit.client.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Time that goes on when the test says so. */
final class TestTime implements Timing {

    private final List<Task> tasks = new ArrayList<>();
    private long now;
    private long set;

    @Override
    public synchronized long nanos() {
        return now;
    }

    @Override
    public synchronized long millis() {
        return 1_700_000_000_000L + now / 1_000_000;
    }

    @Override
    public synchronized long clock() {
        return millis() + set;
    }

    /** Sets the clock. */
    synchronized void setClock(Duration by) {
        set += by.toMillis();
    }

    @Override
    public synchronized Alarm after(Duration wait, Runnable task) {
        Task added = new Task(now + wait.toNanos(), task);
        tasks.add(added);
        return () -> cancel(added);
    }

    private synchronized void cancel(Task task) {
        tasks.remove(task);
    }

    /** Lets time go on, and runs what is due. */
    void advance(Duration by) {
        long end = nanos() + by.toNanos();
        for (Task due = due(end); due != null; due = due(end)) {
            due.run.run();
        }
        synchronized (this) {
            now = Math.max(now, end);
        }
    }

    private synchronized @Nullable Task due(long end) {
        Task first = tasks.stream().min(Comparator.comparingLong(Task::at)).orElse(null);
        if (first == null || first.at > end) {
            return null;
        }
        tasks.remove(first);
        now = Math.max(now, first.at);
        return first;
    }

    private record Task(long at, Runnable run) {}
}
