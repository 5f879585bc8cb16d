package io.godwit.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.server.clients.MosquittoCommands.Subscriber;
import java.util.ArrayList;
import java.util.List;

/**
 * What every client must be able to do, as {@link CommonScenarios} has it, by Mosquitto's commands.
 *
 * @param name of a topic, and for client identifiers, that nobody else has: 15 characters at most
 */
record MosquittoScenarios(MosquittoCommands mosquitto, String name) {

    void deliver(int publishQos, int subscribeQos) throws Exception {
        try (Subscriber sub = mosquitto.sub("-t", name, "-q", "" + subscribeQos)) {
            mosquitto.pub("-t", name, "-q", "" + publishQos, "-m", "hello");
            int qos = Math.min(publishQos, subscribeQos);
            assertThat(sub.next()).isEqualTo(qos + " 0 " + name + " hello");
        }
    }

    void retain() throws Exception {
        mosquitto.pub("-t", name, "-q", "1", "-r", "-m", "old");
        mosquitto.pub("-t", name, "-q", "2", "-r", "-m", "new");
        try (Subscriber late = mosquitto.sub("-t", name, "-q", "2")) {
            assertThat(late.next()).isEqualTo("2 1 " + name + " new");
        }
        mosquitto.pub("-t", name, "-q", "1", "-r", "-n");
        try (Subscriber later = mosquitto.sub("-t", name, "-q", "2")) {
            mosquitto.pub("-t", name, "-q", "1", "-m", "end");
            assertThat(later.until("end")).isEmpty();
        }
    }

    /** The will of a killed client only. */
    void sendWill() throws Exception {
        try (Subscriber watcher = mosquitto.sub("-t", name, "-q", "2")) {
            // Option -E says goodbye at once.
            assertThat(mosquitto.sub(withWill("-E")).awaitEnd()).isZero();
            // The same identifier again: by its CONNACK the first connection is over.
            Subscriber killed = mosquitto.sub(withWill());
            mosquitto.pub("-t", name, "-q", "2", "-m", "end");
            assertThat(watcher.until("end")).isEmpty();

            killed.kill();
            assertThat(watcher.next()).isEqualTo("2 0 " + name + " gone");
        }
        try (Subscriber late = mosquitto.sub("-t", name, "-q", "2")) {
            assertThat(late.next()).isEqualTo("2 1 " + name + " gone");
        }
    }

    /** What {@code mosquitto_sub} is told so that it has a will, on the topic. */
    String[] withWill(String... more) {
        List<String> arguments = new ArrayList<>(List.of(more));
        arguments.addAll(List.of("-i", name + "-will", "-t", name + "/other"));
        arguments.addAll(List.of("--will-topic", name, "--will-payload", "gone"));
        arguments.addAll(List.of("--will-qos", "2", "--will-retain"));
        return arguments.toArray(String[]::new);
    }

    void keepSession() throws Exception {
        List<String> session =
                new ArrayList<>(List.of("-i", name + "-session", "-c", "-t", name, "-q", "2"));
        if (mosquitto.version().isV5()) {
            session.addAll(List.of("-x", "3600"));
        }
        String[] arguments = session.toArray(String[]::new);
        mosquitto.sub(arguments).terminate();
        for (int i = 0; i < 3; i++) {
            mosquitto.pub("-t", name, "-q", "2", "-m", "queued " + i);
        }
        try (Subscriber again = mosquitto.sub(arguments)) {
            mosquitto.pub("-t", name, "-q", "2", "-m", "end");
            assertThat(again.until("end"))
                    .containsExactly(
                            "2 0 " + name + " queued 0",
                            "2 0 " + name + " queued 1",
                            "2 0 " + name + " queued 2");
        }
    }
}
