package io.godwit.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.codec.ProtocolVersion;
import io.godwit.server.clients.MosquittoCommands.Subscriber;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The Mosquitto project's commands, as everyone has them in their fingers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MosquittoCommandsTest {

    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private BrokerUnderTest broker;
    private int topics;

    @BeforeAll
    void start() throws Exception {
        broker = BrokerUnderTest.start();
    }

    @AfterAll
    void stop() throws Exception {
        broker.close();
    }

    private MosquittoCommands mosquitto(ProtocolVersion version) {
        return new MosquittoCommands(broker.host(), broker.port(), version, List.of());
    }

    private MosquittoScenarios scenarios(ProtocolVersion version) {
        return new MosquittoScenarios(mosquitto(version), newTopic());
    }

    private String newTopic() {
        return "m" + run + "/" + ++topics;
    }

    @ParameterizedTest
    @EnumSource
    void deliversAtTheLowerQos(ProtocolVersion version) throws Exception {
        for (int subscribeQos = 0; subscribeQos <= 2; subscribeQos++) {
            for (int publishQos = 0; publishQos <= 2; publishQos++) {
                scenarios(version).deliver(publishQos, subscribeQos);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void publishesLineByLine(ProtocolVersion version, @TempDir Path folder) throws Exception {
        String topic = newTopic();
        var expected = new ArrayList<String>();
        var lines = new ArrayList<String>();
        for (int i = 0; i < 100; i++) {
            lines.add("line " + i);
            expected.add("2 0 " + topic + " line " + i);
        }
        lines.add("end");
        Path file = Files.write(folder.resolve("lines"), lines);
        try (Subscriber sub = mosquitto(version).sub("-t", topic, "-q", "2")) {
            mosquitto(version).pubLines(file, "-t", topic, "-q", "2");
            assertThat(sub.until("end")).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource
    void matchesWildcards(ProtocolVersion version) throws Exception {
        String topic = newTopic();
        MosquittoCommands mosquitto = mosquitto(version);
        try (Subscriber plus = mosquitto.sub("-t", topic + "/+/state", "-q", "1");
                Subscriber hash = mosquitto.sub("-t", topic + "/#", "-q", "1")) {
            for (String rest : List.of("/lamp/state", "/lamp/color", "", "/end/state")) {
                String payload = rest.startsWith("/end") ? "end" : "x";
                mosquitto.pub("-t", topic + rest, "-q", "1", "-m", payload);
            }
            assertThat(plus.until("end")).containsExactly("1 0 " + topic + "/lamp/state x");
            assertThat(hash.until("end"))
                    .containsExactly(
                            "1 0 " + topic + "/lamp/state x",
                            "1 0 " + topic + "/lamp/color x",
                            "1 0 " + topic + " x");
        }
    }

    @ParameterizedTest
    @EnumSource
    void retains(ProtocolVersion version) throws Exception {
        scenarios(version).retain();
    }

    @ParameterizedTest
    @EnumSource
    void sendsTheWillOfAKilledClientOnly(ProtocolVersion version) throws Exception {
        scenarios(version).sendWill();
    }

    @Test
    void sendsTheWillOfAClientThatAsksForItInDisconnect() throws Exception {
        String topic = newTopic();
        MosquittoCommands mosquitto = mosquitto(ProtocolVersion.V5);
        try (Subscriber watcher = mosquitto.sub("-t", topic, "-q", "2")) {
            // At TERM, mosquitto_sub sends reason code 0x04, Disconnect with Will Message.
            mosquitto.sub(new MosquittoScenarios(mosquitto, topic).withWill()).terminate();
            assertThat(watcher.next()).isEqualTo("2 0 " + topic + " gone");
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsASession(ProtocolVersion version) throws Exception {
        scenarios(version).keepSession();
    }

    @ParameterizedTest
    @EnumSource
    void carriesOneMegabyte(ProtocolVersion version, @TempDir Path folder) throws Exception {
        String topic = newTopic();
        var bytes = new byte[1024 * 1024];
        new Random(4).nextBytes(bytes);
        Path sent = Files.write(folder.resolve("sent"), bytes);
        Path received = folder.resolve("received");
        MosquittoCommands mosquitto = mosquitto(version);
        mosquitto.pub("-t", topic, "-q", "2", "-r", "-f", sent.toString());
        try (Subscriber sub =
                mosquitto.subToFile(received, "-t", topic, "-q", "2", "-N", "-C", "1")) {
            assertThat(sub.awaitEnd()).isZero();
        }
        assertThat(Files.mismatch(sent, received)).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource
    void carriesUnicode(ProtocolVersion version) throws Exception {
        String topic = newTopic() + "/Grüße/日本/🛰";
        try (Subscriber sub = mosquitto(version).sub("-t", topic, "-q", "1")) {
            mosquitto(version).pub("-t", topic, "-q", "1", "-m", "ナイス🦆");
            assertThat(sub.next()).isEqualTo("1 0 " + topic + " ナイス🦆");
        }
    }

    @Test
    void carriesProperties() throws Exception {
        String topic = newTopic();
        MosquittoCommands mosquitto = mosquitto(ProtocolVersion.V5);
        String format = "PROPERTIES content %C response %R correlation %D format %F user %P";
        try (Subscriber sub = mosquitto.sub("-t", topic, "-q", "1", "-F", format)) {
            mosquitto.pub(
                    "-t",
                    topic,
                    "-q",
                    "1",
                    "-m",
                    "x",
                    "-D",
                    "publish",
                    "content-type",
                    "text/plain",
                    "-D",
                    "publish",
                    "response-topic",
                    "answers",
                    "-D",
                    "publish",
                    "correlation-data",
                    "four",
                    "-D",
                    "publish",
                    "payload-format-indicator",
                    "1",
                    "-D",
                    "publish",
                    "user-property",
                    "b",
                    "first",
                    "-D",
                    "publish",
                    "user-property",
                    "a",
                    "second",
                    "-D",
                    "publish",
                    "user-property",
                    "b",
                    "third");
            assertThat(sub.await("PROPERTIES"))
                    .isEqualTo(
                            "PROPERTIES content text/plain response answers correlation four"
                                    + " format 1 user b:first a:second b:third");
        }
    }

    @Test
    void sharesASubscription() throws Exception {
        String topic = newTopic();
        MosquittoCommands mosquitto = mosquitto(ProtocolVersion.V5);
        String[] member = {"-t", "$share/crew/" + topic, "-q", "1"};
        try (Subscriber one = mosquitto.sub(member);
                Subscriber _ = mosquitto.subInto(one, member)) {
            var received = new ArrayList<String>();
            for (int i = 0; i < 6; i++) {
                mosquitto.pub("-t", topic, "-q", "1", "-m", "job" + i);
                received.add(one.next());
            }
            assertThat(received)
                    .map(message -> message.substring(message.lastIndexOf(' ') + 1))
                    .containsExactly("job0", "job1", "job2", "job3", "job4", "job5");
        }
    }

    @Test
    void answersARequest() throws Exception {
        String topic = newTopic();
        MosquittoCommands mosquitto = mosquitto(ProtocolVersion.V5);
        try (Subscriber answerer = mosquitto.sub("-t", topic, "-q", "1", "-F", "ASKED %R %p")) {
            Process asker =
                    mosquitto.rr("-t", topic, "-e", topic + "/answer", "-q", "1", "-m", "6x7");
            assertThat(answerer.await("ASKED")).isEqualTo("ASKED " + topic + "/answer 6x7");
            mosquitto.pub("-t", topic + "/answer", "-q", "1", "-m", "42");
            assertThat(asker.inputReader().readLine()).isEqualTo("42");
            assertThat(asker.waitFor(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(asker.exitValue()).isZero();
        }
    }
}
