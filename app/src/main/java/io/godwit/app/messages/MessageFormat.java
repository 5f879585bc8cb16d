package io.godwit.app.messages;

import io.godwit.codec.Binary;
import io.godwit.codec.Property;
import io.godwit.codec.Publish;
import io.godwit.codec.UserProperty;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A format of {@code -F}, as {@code mosquitto_sub} takes it: {@code %t}, {@code %10.10t},
 * {@code @H:@M}, {@code \n} and the like.
 */
final class MessageFormat {

    /**
     * A message that is to be written.
     *
     * @param isPlain whether what others have sent must not command a terminal
     */
    private record Written(
            Publish message, ZonedDateTime time, ByteArrayOutputStream out, boolean isPlain) {

        /** What others have sent. */
        void text(String text) {
            literal(isPlain ? PlainText.of(text) : text);
        }

        /** What others have sent, as it came. */
        void bytes(byte[] bytes) {
            out.writeBytes(isPlain ? PlainText.of(bytes) : bytes);
        }

        /** What stands in the format itself. */
        void literal(String text) {
            out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** A piece of the format. */
    @FunctionalInterface
    private interface Piece {
        void write(Written written) throws IOException, JsonLine.NoJson;
    }

    /**
     * What stands between {@code %} and its letter.
     *
     * @param width characters at least
     * @param most characters at most; {@link #ALL} for no bound
     */
    private record Field(boolean left, boolean zeros, int width, int most) {

        String number(@Nullable Number value) {
            return padded(value == null ? "" : value.toString(), zeros && !left ? '0' : ' ');
        }

        String text(@Nullable String value) {
            String text = value == null ? "" : value;
            boolean isCut = most != ALL && text.codePointCount(0, text.length()) > most;
            return padded(isCut ? text.substring(0, text.offsetByCodePoints(0, most)) : text, ' ');
        }

        private String padded(String text, char with) {
            String padding = padding(text.codePointCount(0, text.length()), with);
            return left ? text + padding : padding + text;
        }

        void bytes(byte[] bytes, Written written) {
            String padding = padding(bytes.length, ' ');
            written.text(left ? "" : padding);
            written.bytes(bytes);
            written.text(left ? padding : "");
        }

        String hex(String digits) {
            return padded(digits, zeros && !left ? '0' : ' ');
        }

        private String padding(int length, char with) {
            return String.valueOf(with).repeat(Math.max(0, width - length));
        }
    }

    private static final int ALL = -1;
    private static final int WIDEST = 100_000;
    private static final HexFormat UPPER_CASE = HexFormat.of().withUpperCase();

    private final String format;
    private final boolean isPretty;
    private final boolean isPlain;
    private final List<Piece> pieces = new ArrayList<>();
    private int at;

    /**
     * Reads a format.
     *
     * @param isPretty whether JSON has line breaks
     * @param isPlain whether messages must not command the terminal to which they are written
     */
    MessageFormat(String format, boolean isPretty, boolean isPlain) throws WrongUsage {
        this.format = format;
        this.isPretty = isPretty;
        this.isPlain = isPlain;
        while (at < format.length()) {
            pieces.add(piece());
        }
    }

    /**
     * Writes a message in this format.
     *
     * @throws JsonLine.NoJson if its payload is to be JSON and is none; what comes before it is
     *     written
     */
    void write(Publish message, ZonedDateTime time, ByteArrayOutputStream out)
            throws IOException, JsonLine.NoJson {
        Written written = new Written(message, time, out, isPlain);
        for (Piece piece : pieces) {
            piece.write(written);
        }
    }

    private Piece piece() throws WrongUsage {
        return switch (format.charAt(at)) {
            case '%' -> {
                at++;
                yield parameter(field());
            }
            case '@' -> {
                at++;
                yield time();
            }
            case '\\' -> {
                at++;
                yield escape();
            }
            default -> literal();
        };
    }

    private Piece literal() {
        int end = at;
        while (end < format.length() && "%@\\".indexOf(format.charAt(end)) < 0) {
            end++;
        }
        String text = format.substring(at, end);
        at = end;
        return written -> written.literal(text);
    }

    private char next() throws WrongUsage {
        if (at == format.length()) {
            throw new WrongUsage("-F ends in the middle of a conversion: " + format);
        }
        return format.charAt(at++);
    }

    private Field field() throws WrongUsage {
        boolean left = false;
        boolean zeros = false;
        char flag = next();
        while (flag == '-' || flag == '0') {
            left |= flag == '-';
            zeros |= flag == '0';
            flag = next();
        }
        at--;
        int width = digits();
        int most = ALL;
        if (next() == '.') {
            most = digits();
        } else {
            at--;
        }
        return new Field(left, zeros, width, most);
    }

    private int digits() throws WrongUsage {
        int number = 0;
        while (at < format.length() && format.charAt(at) >= '0' && format.charAt(at) <= '9') {
            number = number * 10 + next() - '0';
            if (number > WIDEST) {
                throw new WrongUsage("-F takes widths up to " + WIDEST);
            }
        }
        return number;
    }

    private Piece parameter(Field field) throws WrongUsage {
        char letter = next();
        return switch (letter) {
            case '%' -> written -> written.text("%");
            case 'b' -> written -> written.text(field.text(base64(written.message.payload())));
            case 'I' -> written -> written.text(field.text(CalendarText.iso(written.time)));
            case 'j' -> written -> written.bytes(json(written));
            case 'J' -> written -> written.bytes(jsonPayload(written));
            case 'l' -> written -> written.text(field.number(written.message.payload().length));
            case 'm' -> written -> written.text(field.number(written.message.packetId()));
            case 'p' -> written -> field.bytes(written.message.payload(), written);
            case 'q' -> written -> written.text(String.valueOf(written.message.qos()));
            case 'r' -> written -> written.text(written.message.retain() ? "1" : "0");
            case 't' -> written -> written.text(field.text(written.message.topic().toString()));
            case 'U' -> MessageFormat::seconds;
            case 'x' -> hex(field, HexFormat.of());
            case 'X' -> hex(field, UPPER_CASE);
            default -> property(field, letter);
        };
    }

    private static Piece property(Field field, char letter) throws WrongUsage {
        return switch (letter) {
            case 'A' -> number(field, Property.TOPIC_ALIAS);
            case 'C' -> text(field, Property.CONTENT_TYPE);
            case 'D' -> MessageFormat::correlationData;
            case 'E' -> number(field, Property.MESSAGE_EXPIRY_INTERVAL);
            case 'F' -> written -> written.text(field.number(payloadFormat(written.message)));
            case 'P' -> MessageFormat::userProperties;
            case 'R' -> text(field, Property.RESPONSE_TOPIC);
            case 'S' -> number(field, Property.SUBSCRIPTION_IDENTIFIER);
            default -> throw new WrongUsage("-F has no %" + letter);
        };
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private byte[] json(Written written) throws IOException {
        return JsonLine.of(written.message, written.time, isPretty);
    }

    private byte[] jsonPayload(Written written) throws IOException, JsonLine.NoJson {
        return JsonLine.ofJson(written.message, written.time, isPretty);
    }

    private static void seconds(Written written) {
        written.text(CalendarText.of('s', written.time) + "." + CalendarText.of('N', written.time));
    }

    private static Piece number(Field field, Property<? extends Number> property) {
        return written -> written.text(field.number(written.message.properties().get(property)));
    }

    private static Piece text(Field field, Property<String> property) {
        return written -> written.text(field.text(written.message.properties().get(property)));
    }

    private static Piece hex(Field field, HexFormat digits) {
        return written -> written.text(field.hex(digits.formatHex(written.message.payload())));
    }

    private static @Nullable Integer payloadFormat(Publish message) {
        Boolean isText = message.properties().get(Property.PAYLOAD_FORMAT_INDICATOR);
        return isText == null ? null : Integer.valueOf(isText ? 1 : 0);
    }

    private static void correlationData(Written written) {
        Binary data = written.message.properties().get(Property.CORRELATION_DATA);
        if (data != null) {
            written.bytes(data.bytes());
        }
    }

    private static void userProperties(Written written) {
        String between = "";
        for (UserProperty pair : written.message.properties().all(Property.USER_PROPERTY)) {
            written.text(between + pair.name() + ":" + pair.value());
            between = " ";
        }
    }

    private Piece time() throws WrongUsage {
        char letter = next();
        if (letter == '@') {
            return written -> written.text("@");
        }
        return written -> written.text(CalendarText.of(letter, written.time));
    }

    private Piece escape() throws WrongUsage {
        char letter = next();
        String text =
                switch (letter) {
                    case '\\' -> "\\";
                    case '0' -> "\0";
                    case 'a' -> "\u0007";
                    case 'e' -> "\u001B";
                    case 'n' -> "\n";
                    case 'r' -> "\r";
                    case 't' -> "\t";
                    case 'v' -> "\u000B";
                    default -> throw new WrongUsage("-F has no \\" + letter);
                };
        return written -> written.literal(text);
    }
}
