package io.godwit.server.hostile;

import io.godwit.server.hostile.CountingSubscriber.Tally;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Subscribers in a process of their own, which can be stopped and continued as a whole. */
final class StoppableSubscribers implements AutoCloseable {

    private static final long GIVE_UP_SECONDS = 60;

    private final Process process;
    private final BufferedReader out;
    private final int count;

    private StoppableSubscribers(Process process, int count) {
        this.process = process;
        this.out = process.inputReader();
        this.count = count;
    }

    /**
     * So many subscribers to one topic.
     *
     * @param kept whether their sessions outlive their connections
     */
    record Group(String topic, int qos, boolean kept, int count) {

        List<CountingSubscriber> start(int port, String prefix) throws IOException {
            List<CountingSubscriber> subscribers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                subscribers.add(
                        CountingSubscriber.start(
                                port, prefix + topic + i, topic, qos, kept, _ -> {}));
            }
            return subscribers;
        }
    }

    /** Starts the process, and returns when all have subscribed. */
    static StoppableSubscribers start(int port, Path log, Group... groups) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx128m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                StoppableSubscribers.class.getName(),
                                Integer.toString(port)));
        int count = 0;
        for (Group group : groups) {
            command.addAll(
                    List.of(
                            group.topic(),
                            Integer.toString(group.qos()),
                            Boolean.toString(group.kept()),
                            Integer.toString(group.count())));
            count += group.count();
        }
        Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
        StoppableSubscribers subscribers = new StoppableSubscribers(process, count);
        if (subscribers.out.readLine() == null) {
            throw new IOException("the subscribers did not start: " + Files.readString(log));
        }
        return subscribers;
    }

    /** Arguments: the port; then of each group its topic, QoS, whether it is kept, its count. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int port = Integer.parseInt(arguments[0]);
        List<CountingSubscriber> subscribers = new ArrayList<>();
        for (int i = 1; i < arguments.length; i += 4) {
            Group group =
                    new Group(
                            arguments[i],
                            Integer.parseInt(arguments[i + 1]),
                            Boolean.parseBoolean(arguments[i + 2]),
                            Integer.parseInt(arguments[i + 3]));
            subscribers.addAll(group.start(port, "stoppable-" + i));
        }
        System.out.println("subscribed");
        for (CountingSubscriber subscriber : subscribers) {
            Tally tally = subscriber.tally();
            System.out.printf("%s %d %d%n", tally.topic(), tally.received(), tally.outOfOrder());
        }
    }

    /** As {@code kill -STOP}; returns when the process is stopped. */
    void stop() throws IOException, InterruptedException {
        signal("STOP");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(GIVE_UP_SECONDS);
        while (!isStopped()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("the subscribers do not stop");
            }
            Thread.onSpinWait();
        }
    }

    private boolean isStopped() throws IOException {
        String stat = Files.readString(Path.of("/proc/%d/stat".formatted(process.pid())));
        return stat.substring(stat.lastIndexOf(')')).startsWith(") T");
    }

    /** As {@code kill -CONT}. */
    void goOn() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        Process kill =
                new ProcessBuilder("bash", "-c", "kill -%s %d".formatted(name, process.pid()))
                        .inheritIO()
                        .start();
        if (kill.waitFor() != 0) {
            throw new IOException("kill -" + name + " failed");
        }
    }

    /** What each has counted; waits until each has received the last message. */
    List<Tally> tallies() throws IOException {
        List<Tally> tallies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String line = out.readLine();
            if (line == null) {
                throw new AssertionError("the subscribers have ended after " + tallies);
            }
            String[] fields = line.split(" ");
            tallies.add(
                    new Tally(fields[0], Integer.parseInt(fields[1]), Integer.parseInt(fields[2])));
        }
        return tallies;
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        out.close();
    }
}
