package io.godwit.app.messages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.Publish;
import io.godwit.codec.TopicName;
import io.godwit.codec.UserProperty;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What others have sent, on a terminal and off it. */
class MessagePrinterTest {

    private static final String CLEAR = "\u001B[2J";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private Streams streams(boolean isTerminal) {
        return new Streams(
                InputStream.nullInputStream(),
                out,
                new PrintStream(out, true, UTF_8),
                Map.of(),
                _ -> {},
                isTerminal);
    }

    private static Publish hostile(String payload) throws Exception {
        return new Publish(
                false,
                0,
                false,
                TopicName.of("a/" + CLEAR),
                0,
                Properties.of(Property.USER_PROPERTY, new UserProperty("k", "\u009B2J"))
                        .with(Property.CONTENT_TYPE, CLEAR),
                payload.getBytes(UTF_8));
    }

    @Test
    void messagesCommandNoTerminal() throws Exception {
        MessagePrinter printer = new MessagePrinter(streams(true), null, true, true);
        printer.print(hostile("ä\t1\n" + CLEAR + "\r\u009B2J"));
        printer.print(hostile(""));
        printer.line("Client " + CLEAR);
        assertThat(out.toString(UTF_8))
                .isEqualTo("a/?[2J ä\t1\n?[2J??2J\na/?[2J (null)\nClient ?[2J\n");
    }

    @ParameterizedTest
    @CsvSource({
        "'%p', '?[2J'",
        "'%t', 'a/?[2J'",
        "'%C %P', '?[2J k:?2J'",
        "'%x %l', '1b5b324a 4'",
        "'\\e[1m%p\\e[0m', '\u001B[1m?[2J\u001B[0m'"
    })
    void formatsCommandWhatTheyMeanToAndMessagesNothing(String format, String text)
            throws Exception {
        MessageFormat chosen = new MessageFormat(format, false, true);
        new MessagePrinter(streams(true), chosen, false, false).print(hostile(CLEAR));
        assertThat(out.toString(UTF_8)).isEqualTo(text);
    }

    @Test
    void offATerminalPayloadsAreAsTheyCame() throws Exception {
        MessagePrinter printer = new MessagePrinter(streams(false), null, true, true);
        printer.print(hostile(CLEAR));
        assertThat(out.toString(UTF_8)).isEqualTo("a/" + CLEAR + " " + CLEAR + "\n");
    }
}
