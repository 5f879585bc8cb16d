package io.godwit.app.messages;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.godwit.app.doctor.Examination;
import io.godwit.app.doctor.Finding;
import io.godwit.app.doctor.Finding.Status;
import io.godwit.app.doctor.Findings;
import io.godwit.app.doctor.Patient;
import io.godwit.client.MqttClientBuilder;
import io.godwit.client.Reconnect;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.Utf8;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;

/** {@code godwit doctor}: looks at what a server can do, and says what to do about it. */
final class DoctorCommand extends ClientCommand {

    private static final int RECEIVE_MAXIMUM = 20;

    private static final String GREEN = "\u001B[32m";
    private static final String YELLOW = "\u001B[33m";
    private static final String RED = "\u001B[31m";
    private static final String PLAIN = "\u001B[0m";

    private String topic = "godwit-doctor";
    private int seconds = 5;
    private boolean isJson;

    DoctorCommand(Streams streams) {
        super("doctor", "Looks at what a server can do", ProtocolVersion.V5, streams);
        flags.text(
                "TOPIC",
                value -> topic = Topics.name(value),
                "Tries topics below this one; godwit-doctor by default.",
                "-t",
                "--topic");
        flags.number(
                "SECONDS",
                1,
                600,
                value -> seconds = value,
                "Waits so long for each thing that is to come; 5 by default.",
                "-W");
        flags.on(() -> isJson = true, "Prints all findings as one line of JSON.", "--json");
        connection.addPlaceTo(flags);
        addGeneralFlags();
    }

    @Override
    int execute() throws WrongUsage, IOException {
        MessagePrinter printer = printer();
        Findings findings =
                new Findings(finding -> {
                    if (!isJson) {
                        say(printer, finding);
                    }
                });
        Patient patient = patient();
        try {
            new Examination(patient, findings).execute();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
        printer.line(isJson ? json(patient, findings) : verdict(patient, findings));
        return findings.count(Status.FAIL) == 0 ? 0 : ERROR;
    }

    private Patient patient() throws WrongUsage {
        String unique = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        String id = connection.identity().clientId();
        ConnectionOptions.built(builder()).close(); // says what is wrong with the flags
        return new Patient(
                connection.server().address(),
                connection.server().network(Duration.ofSeconds(seconds)),
                this::checkedBuilder,
                connection.identity().credentials(connection.version(), UnaryOperator.identity()),
                connection.identity().areScram(),
                topic + "/" + unique,
                id == null ? "doctor-" + unique : id,
                Duration.ofSeconds(seconds));
    }

    private MqttClientBuilder builder() throws WrongUsage {
        return connection.builder(Reconnect.NEVER, RECEIVE_MAXIMUM, UnaryOperator.identity());
    }

    private MqttClientBuilder checkedBuilder() {
        try {
            return builder();
        } catch (WrongUsage wrong) {
            throw new IllegalStateException(wrong);
        }
    }

    private void say(MessagePrinter printer, Finding finding) {
        try {
            String line =
                    "%s%-4s%s  %-36s %s"
                            .formatted(
                                    colour(finding.status()),
                                    finding.status().name().toLowerCase(Locale.ROOT),
                                    isColoured() ? PLAIN : "",
                                    finding.name(),
                                    Utf8.printable(finding.says()));
            String advice = finding.advice();
            String all = advice == null ? line : line + "\n      -> " + advice;
            printer.write((all + '\n').getBytes(StandardCharsets.UTF_8));
        } catch (IOException nobodyReads) {
            // the verdict finds out
        }
    }

    private boolean isColoured() {
        return WatchTable.isPossible() && !streams.environment().containsKey("NO_COLOR");
    }

    private String colour(Status status) {
        if (!isColoured()) {
            return "";
        }
        return switch (status) {
            case OK -> GREEN;
            case WARN -> YELLOW;
            case FAIL -> RED;
        };
    }

    private static String verdict(Patient patient, Findings findings) {
        return "%s: %d ok, %d to know, %d wrong"
                .formatted(
                        patient.address(),
                        findings.count(Status.OK),
                        findings.count(Status.WARN),
                        findings.count(Status.FAIL));
    }

    private static String json(Patient patient, Findings findings) throws IOException {
        StringWriter line = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField("server", patient.address().toString());
            json.writeBooleanField("ok", findings.count(Status.FAIL) == 0);
            json.writeArrayFieldStart("findings");
            for (Finding finding : findings.all()) {
                json.writeStartObject();
                json.writeStringField("status", finding.status().name().toLowerCase(Locale.ROOT));
                json.writeStringField("name", finding.name());
                json.writeStringField("says", finding.says());
                String advice = finding.advice();
                if (advice != null) {
                    json.writeStringField("advice", advice);
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return line.toString();
    }
}
