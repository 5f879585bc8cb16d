package io.godwit.client.network;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Status and headers of an answer in HTTP/1.1.
 *
 * @param line the status line
 * @param headers by their names in small letters; those of the same name joined by commas
 */
record HttpHead(String line, int status, Map<String, String> headers) {

    /** Bytes that it has at most. */
    static final int LONGEST = 16 * 1024;

    /**
     * Reads one.
     *
     * @param received with room for {@link #LONGEST} bytes; holds afterwards what came behind it
     * @param who answers, for messages
     */
    static HttpHead read(Link link, ByteBuffer received, String who) throws IOException {
        received.clear();
        int end = -1;
        while (end < 0) {
            if (!received.hasRemaining()) {
                throw new LinkProblem(
                        who + " answers with more than " + received.capacity() + " bytes of headers");
            }
            if (link.read(received) < 0) {
                throw new LinkProblem(
                        who + " closed the connection instead of an answer in HTTP");
            }
            end = end(received, who);
        }
        String text = new String(received.array(), 0, end, StandardCharsets.ISO_8859_1);
        received.flip().position(end);
        return parse(text, who);
    }

    /** Where the head ends, or -1 as long as it does not. */
    private static int end(ByteBuffer received, String who) throws LinkProblem {
        String begin = "HTTP/1.";
        for (int i = 0; i < Math.min(begin.length(), received.position()); i++) {
            if (received.get(i) != begin.charAt(i)) {
                throw new LinkProblem(who + " does not speak HTTP/1.1 on that port");
            }
        }
        for (int i = 3; i < received.position(); i++) {
            if (received.get(i) == '\n'
                    && received.get(i - 1) == '\r'
                    && received.get(i - 2) == '\n'
                    && received.get(i - 3) == '\r') {
                return i + 1;
            }
        }
        return -1;
    }

    private static HttpHead parse(String text, String who) throws LinkProblem {
        String[] lines = text.split("\r\n");
        String[] words = lines[0].split(" ", 3);
        if (words.length < 2 || !words[1].matches("[1-9][0-9]{2}")) {
            throw new LinkProblem(who + " answers without a status: " + printable(lines[0]));
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                headers.merge(
                        lines[i].substring(0, colon).strip().toLowerCase(Locale.ROOT),
                        lines[i].substring(colon + 1).strip(),
                        (first, second) -> first + ", " + second);
            }
        }
        return new HttpHead(printable(lines[0]), Integer.parseInt(words[1]), headers);
    }

    /** The value of a header; empty if there is none. */
    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** A text of the other side as it can be shown. */
    static String printable(String text) {
        String shown = text.length() > 200 ? text.substring(0, 200) + "..." : text;
        return "'" + shown.replaceAll("[\\p{Cntrl}\u0080-\u009f]", "?") + "'";
    }
}
