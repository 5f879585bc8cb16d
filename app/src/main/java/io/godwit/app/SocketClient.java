package io.godwit.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.godwit.admin.http.Json;
import io.godwit.server.GodwitServer;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks the broker that runs on a data directory, through its admin socket.
 *
 * @param dataDirectory that of the broker; absolute
 */
record SocketClient(Path dataDirectory) implements AdminClient {

    private static final int LONGEST = 64_000_000;
    private static final int LONGEST_HEAD = 16_384;

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) .*", Pattern.DOTALL);
    private static final String HEAD_END = "\r\n\r\n";

    @Override
    public Map<String, @Nullable Object> send(String method, String path, Map<String, ?> body)
            throws IOException {
        byte[] content = Json.write(body);
        String head =
                """
                %s %s HTTP/1.1
                Host: localhost
                Connection: close
                Content-Type: application/json
                Content-Length: %d

                """
                        .formatted(method, path, content.length)
                        .replace("\n", "\r\n");
        ByteBuffer request =
                ByteBuffer.allocate(head.length() + content.length)
                        .put(head.getBytes(ISO_8859_1))
                        .put(content)
                        .flip();
        try (SocketChannel channel = connect()) {
            return content(exchange(channel, request));
        }
    }

    @Override
    public void events(String path, Events events) throws IOException {
        String request = "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(path);
        try (SocketChannel channel = connect()) {
            channel.write(ByteBuffer.wrap(request.getBytes(ISO_8859_1)));
            InputStream answer = new BufferedInputStream(Channels.newInputStream(channel));
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(ISO_8859_1).endsWith(HEAD_END)) {
                int next = answer.read();
                if (next < 0 || head.size() > LONGEST_HEAD) {
                    throw new IOException(socket() + " does not answer as a Godwit broker does.");
                }
                head.write(next);
            }
            if (!head.toString(ISO_8859_1).startsWith("HTTP/1.1 200 ")) {
                head.write(answer.readNBytes(LONGEST_HEAD));
                content(head.toByteArray()); // which says why
            }
            AdminClient.passOn(answer, events);
        }
    }

    private byte[] exchange(SocketChannel channel, ByteBuffer request) throws IOException {
        try {
            while (request.hasRemaining()) {
                channel.write(request);
            }
        } catch (IOException closed) { // it may have said why
        }
        try {
            byte[] answer = Channels.newInputStream(channel).readNBytes(LONGEST);
            if (answer.length > 0) {
                return answer;
            }
        } catch (IOException closed) { // with what was sent unread
        }
        throw new IOException(
                "The broker has closed %s without an answer: it is stopping, or does not serve user %s. Its log says more."
                        .formatted(socket(), System.getProperty("user.name")));
    }

    private Path socket() {
        return dataDirectory.resolve(GodwitServer.ADMIN_SOCKET);
    }

    private SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket()));
            return channel;
        } catch (SocketException failure) {
            channel.close();
            throw new IOException(whyNot(failure), failure);
        }
    }

    /** From what is there, since the system says the reason in the user's language. */
    private String whyNot(SocketException failure) {
        String none = "No broker is running on " + dataDirectory + ": ";
        String wayOut =
                ". Start it, or name its data directory with --data-dir or GODWIT_DATA_DIR.";
        if (Files.notExists(dataDirectory)) {
            return none + "there is no such directory" + wayOut;
        }
        if (!Files.isExecutable(dataDirectory)) {
            return notAllowed("look into " + dataDirectory);
        }
        if (Files.notExists(socket())) {
            return none + "there is no " + socket() + wayOut;
        }
        if (!Files.isWritable(socket())) {
            return notAllowed("use " + socket());
        }
        if (failure instanceof ConnectException) {
            return none + socket() + " is what a killed one left" + wayOut;
        }
        return socket() + " can't be connected to: " + failure.getMessage();
    }

    private static String notAllowed(String what) {
        return "User %s may not %s. Run this as the user that runs the broker, or as root."
                .formatted(System.getProperty("user.name"), what);
    }

    private Map<String, @Nullable Object> content(byte[] answer) throws IOException {
        String text = new String(answer, ISO_8859_1);
        Matcher status = STATUS.matcher(text);
        int headEnd = text.indexOf(HEAD_END);
        if (!status.matches() || headEnd < 0) {
            throw new IOException(socket() + " does not answer as a Godwit broker does.");
        }
        Map<String, @Nullable Object> content;
        try {
            content =
                    Json.read(
                            Arrays.copyOfRange(answer, headEnd + HEAD_END.length(), answer.length));
        } catch (IOException e) {
            throw new IOException("The answer of " + socket() + " " + e.getMessage(), e);
        }
        if (!status.group(1).equals("200")) {
            throw new IOException("The broker says: " + content.get("error"));
        }
        return content;
    }
}
