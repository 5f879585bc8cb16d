package io.godwit.app.messages;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code godwit doctor}, against Godwit and against brokers that others wrote. */
@Timeout(180)
class DoctorCommandTest {

    /** What works with all brokers here. */
    private static final String[] WELL = {
        "connection", "TLS", "MQTT 5.0", "MQTT 3.1.1", "announced: maximum QoS", "round trip",
        "QoS 0", "QoS 1", "QoS 2", "wildcards", "subscription identifier", "shared subscription",
        "retained message", "will", "session", "who it is", "assigned identifier"
    };

    @TempDir private Path directory = Path.of("");

    private static Ended doctor(int port, String line) {
        return run("doctor", port, line);
    }

    private static Ended run(String command, int port, String line) {
        List<String> words = new ArrayList<>(List.of("-h", "127.0.0.1", "-p", "" + port));
        words.addAll(ShellWords.of(line));
        return Ended.ofGodwit(command, words, new byte[0]);
    }

    private static void assertWell(Ended ended, String... butMaybe) {
        for (String name : WELL) {
            String status = List.of(butMaybe).contains(name) ? "(ok|warn)" : "ok";
            assertThat(ended.out()).containsPattern("(?m)^" + status + " +" + name + " ");
        }
        assertThat(ended.code()).isZero();
    }

    /** Neither a retained message nor a session. */
    private static void assertNothingIsLeft(int port) {
        assertThat(run("sub", port, "-t godwit-doctor/# -W 1").out()).isEmpty();
        String clients = run("sub", port, "-t $SYS/broker/clients/total -C 3 -W 4").out().strip();
        // the client that looks
        assertThat(clients.lines().toList()).last().isEqualTo("1");
    }

    @Test
    void godwitIsWellAndNothingIsLeftThere() throws Exception {
        try (TestBroker broker = new TestBroker(directory)) {
            Ended ended = doctor(broker.port(), "");
            assertWell(ended);
            assertThat(ended.out())
                    .containsPattern("(?m)^ok   +MQTT 3.1 +spoken")
                    .contains("$SYS/broker/version")
                    .contains("mqtt://127.0.0.1:%d: ".formatted(broker.port()), ", 0 wrong");
            assertNothingIsLeft(broker.port());
        }
    }

    @Test
    void mosquittoIsWellAndNothingIsLeftThere() throws Exception {
        try (OtherBroker broker = OtherBroker.mosquitto(directory)) {
            Ended ended = doctor(broker.port(), "");
            assertWell(ended);
            assertThat(ended.out()).contains("mosquitto version 2.", "$SYS/broker/version");
            assertNothingIsLeft(broker.port());
        }
    }

    @Test
    void hiveMqIsWell() throws Exception {
        try (OtherBroker broker = OtherBroker.hiveMq(Files.createDirectories(directory))) {
            // It may give all ten messages to the same member.
            assertWell(doctor(broker.port(), ""), "shared subscription");
            assertThat(run("sub", broker.port(), "-t godwit-doctor/# -W 1").out()).isEmpty();
        }
    }

    @Test
    void findingsAreALineOfJson() throws Exception {
        try (TestBroker broker = new TestBroker(directory)) {
            Ended ended = doctor(broker.port(), "--json");
            assertThat(ended.out())
                    .startsWith("{\"server\":\"mqtt://127.0.0.1:%d\"".formatted(broker.port()))
                    .contains("\"ok\":true")
                    .contains("{\"status\":\"ok\",\"name\":\"QoS 2\",\"says\":\"10 of 10 ");
            assertThat(ended.out().lines()).hasSize(1);
            assertThat(ended.code()).isZero();
        }
    }

    @Test
    void whoIsNotLetInHearsWhatToDo() throws Exception {
        try (TestBroker broker = new TestBroker(directory)) {
            int locked = broker.port("locked");
            Ended ended = doctor(locked, "");
            assertThat(ended.out())
                    .containsPattern("(?m)^fail +MQTT 5.0 .*not authorized")
                    .contains("-> name a user with -u and -P");
            assertThat(ended.code()).isEqualTo(1);
            Ended alice = doctor(locked, "-u alice -P secret");
            assertThat(alice.code()).isZero();
            assertThat(alice.out())
                    .containsPattern("ok +anonymous +clients without a user name are refused")
                    .doesNotContain("secret");
            Ended carl = doctor(locked, "-u carl -P secret --auth-method SCRAM-SHA-256");
            assertThat(carl.out()).containsPattern("(?m)^ok +will +came");
            assertThat(carl.code()).isZero();
            assertThat(doctor(broker.port(), "-u alice -P secret").out())
                    .containsPattern("warn +anonymous");
        }
    }

    @Test
    void serverWithQos0OnlyIsWellAndWhatItCannotDoIsSaid() throws Exception {
        try (TestBroker broker = new TestBroker(directory)) {
            Ended ended = doctor(broker.port("qos-0"), "");
            assertThat(ended.out())
                    .containsPattern("(?m)^warn +announced: maximum QoS +0$")
                    .containsPattern("(?m)^ok +QoS 0 ")
                    .containsPattern("(?m)^warn +QoS 1 +not tried")
                    .containsPattern("(?m)^ok +shared subscription ")
                    .containsPattern("(?m)^ok +retained message ")
                    .containsPattern("(?m)^ok +will ")
                    .containsPattern("(?m)^warn +session +not tried");
            assertThat(ended.code()).isZero();
        }
    }

    @Test
    void whatIsForbiddenIsFound() throws Exception {
        try (TestBroker broker = new TestBroker(directory)) {
            Ended ended = doctor(broker.port(), "-t forbidden -W 1");
            assertThat(ended.out())
                    .containsPattern("(?m)^fail +QoS 1 .*not authorized")
                    .contains("name another topic with -t");
            assertThat(ended.code()).isEqualTo(1);
        }
    }

    @Test
    void anotherWayToTheServerIsAsGood() throws Exception {
        try (TestBroker broker = new TestBroker(directory)) {
            assertWell(doctor(broker.port("ws"), "--ws"));
            assertWell(doctor(broker.port(), "--unix " + broker.socket()));
        }
    }

    @Test
    void whereNobodyListensThatIsSaid() throws Exception {
        Ended ended = doctor(TestBroker.closedPort(), "");
        assertThat(ended.out()).containsPattern("(?m)^fail +connection ").contains("-> look");
        assertThat(ended.code()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-t a/#", "-V 5", "--auth-method PLAIN", "-W 0", "-i a -I b"})
    void whatCannotBeDoneIsSaid(String flags) {
        Ended ended = doctor(1, flags);
        assertThat(ended.err()).startsWith("Error: ").contains("godwit doctor --help");
        assertThat(ended.code()).isEqualTo(1);
    }
}
