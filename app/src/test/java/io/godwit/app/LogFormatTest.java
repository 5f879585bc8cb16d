package io.godwit.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the broker's log looks like. */
class LogFormatTest {

    private static final Pattern PORT = Pattern.compile("127\\.0\\.0\\.1:(\\d+)");

    /** Of version 3.1.1, with the Client Identifier c. */
    private static final byte[] CONNECT = HexFormat.of().parseHex("100d00044d51545404020000000163");

    private static final String LAST =
            "; last: in CONNECT 15 B \\d+\\.\\d s ago, out CONNACK 4 B( \\d+\\.\\d s ago)?";

    @TempDir private Path folder = Path.of("");
    private Programs programs = new Programs(folder);

    @AfterEach
    void endAll() throws InterruptedException {
        programs.close();
    }

    /** HUP with a configuration that has a problem is logged. */
    private List<String> logOf(String... environment) throws Exception {
        programs = new Programs(folder);
        Path file = folder.resolve("godwit.conf");
        String good = "persistence.mode = memory\nlisteners.tcp { bind = 127.0.0.1, port = 0 }\n";
        Files.writeString(file, good);
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=HUP"));
        command.addAll(List.of(environment));
        String data = folder.resolve("data").toString();
        command.addAll(List.of(Programs.GODWIT, "--config", file.toString(), "--data-dir", data));
        Running broker = programs.start(command.toArray(String[]::new));
        List<String> said = new ArrayList<>(broker.until("is ready"));
        Files.writeString(file, good + "nonsense = 1\n");
        new ProcessBuilder("kill", "-HUP", "" + broker.process.pid()).start().waitFor();
        said.addAll(broker.until("has changed nothing"));
        return said;
    }

    /** A client that connects twice over one connection is closed. */
    private String lineAboutAClosedConnection(String... environment) throws Exception {
        programs = new Programs(folder);
        Path file = folder.resolve("godwit.conf");
        Files.writeString(
                file,
                """
                persistence.mode = memory
                authentication.anonymous = true
                listeners.tcp { bind = 127.0.0.1, port = 0 }
                admin.enabled = false
                """);
        List<String> command = new ArrayList<>(List.of("env"));
        command.addAll(List.of(environment));
        String data = folder.resolve("data").toString();
        command.addAll(List.of(Programs.GODWIT, "--config", file.toString(), "--data-dir", data));
        Running broker = programs.start(command.toArray(String[]::new));
        Matcher port = PORT.matcher(broker.until("tcp: MQTT").getLast());
        assertThat(port.find()).isTrue();
        try (Socket socket = new Socket("127.0.0.1", Integer.parseInt(port.group(1)))) {
            socket.getOutputStream().write(CONNECT);
            assertThat(socket.getInputStream().readNBytes(4)).startsWith(0x20, 0x02, 0x00, 0x00);
            socket.getOutputStream().write(CONNECT);
            return broker.until("is closed with").getLast();
        }
    }

    @Test
    void anAbnormalCloseIsOneLineWithTheLastPackets() throws Exception {
        assertThat(lineAboutAClosedConnection())
                .matches(
                        ".* INFO  client 'c' at \\S+ is closed with protocol error \\(0x82\\): .*"
                                + LAST);
    }

    @Test
    void anAbnormalCloseIsOneObjectWithTheLastPackets() throws Exception {
        assertThat(lineAboutAClosedConnection("GODWIT_LOG_FORMAT=json"))
                .matches("\\{.*\"formattedMessage\":\"client 'c' at .*" + LAST + "\".*}");
    }

    @Test
    void isForPeople() throws Exception {
        assertThat(logOf().getLast())
                .matches(
                        "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} ERROR reload \\(HUP\\) .*");
    }

    @Test
    void isJsonOnRequest() throws Exception {
        assertThat(logOf("GODWIT_LOG_FORMAT=JSON").getLast())
                .startsWith("{")
                .endsWith("}")
                .contains(
                        "\"level\":\"ERROR\"",
                        "\"loggerName\":\"io.godwit.",
                        "\"formattedMessage\":\"reload (HUP) has changed nothing");
    }

    @Test
    void isAsAFileOfLogbackSays() throws Exception {
        Path file =
                Files.writeString(
                        folder.resolve("log.xml"),
                        """
                        <configuration>
                          <appender name="console" class="ch.qos.logback.core.ConsoleAppender">
                            <encoder><pattern>own %msg%n</pattern></encoder>
                          </appender>
                          <root level="INFO"><appender-ref ref="console"/></root>
                        </configuration>
                        """);
        assertThat(logOf("GODWIT_JAVA_OPTS=-Dlogback.configurationFile=" + file).getLast())
                .startsWith("own reload (HUP) has changed nothing");
    }

    @ParameterizedTest
    @CsvSource({
        "GODWIT_JAVA_OPTS=-Dlogback.configurationFile=/nowhere/log.xml, logback.configurationFile names /nowhere/log.xml",
        "GODWIT_LOG_LEVEL=LOUD, 'GODWIT_LOG_LEVEL is ERROR, WARN, INFO, DEBUG or TRACE, not LOUD'",
        "GODWIT_LOG_FORMAT=xml, 'GODWIT_LOG_FORMAT is text or json, not xml'"
    })
    void isAsUsualWhereWhatIsAskedForIsNotThere(String variable, String problem) throws Exception {
        List<String> log = logOf(variable);
        assertThat(log).anyMatch(line -> line.contains("The log is as usual: " + problem));
        assertThat(log.getLast()).contains(" ERROR reload (HUP) ");
        assertThat(log).noneMatch(line -> line.matches("\\S+ \\S+ DEBUG .*"));
    }

    @Test
    void itsLevelIsChosenInAnyCase() throws Exception {
        assertThat(logOf("GODWIT_LOG_LEVEL=debug"))
                .anyMatch(line -> line.matches("\\S+ \\S+ DEBUG .*"));
    }
}
