package io.godwit.gateway.sn;

import io.godwit.broker.shard.EventLoop;
import io.godwit.codec.PacketException;
import io.godwit.codec.TopicName;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topic identifiers and wills of clients whose sessions are kept, in a file: they outlive the
 * process, however it ends. A thread of its own writes what the gateway has told, in order, and
 * makes the file anew when most of it is out of date. On the gateway's loop only, but for {@link
 * #open} and {@link #close}.
 */
final class DeviceJournal implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DeviceJournal.class);

    private static final byte[] FORMAT = "GODWITSN".getBytes(StandardCharsets.US_ASCII);
    private static final int HEAD = 8;
    private static final int GIVEN = 1;
    private static final int FORGOTTEN = 2;
    private static final int WILL = 3;
    private static final int LONGEST = 1 << 18;

    /** Bytes by which the file may grow at least before it is made anew. */
    private static final long SLACK = 1 << 20;

    private static final long CLOSE_SECONDS = 3;

    /**
     * What is known of a client.
     *
     * @param topics by their identifiers
     */
    record Kept(Map<Integer, TopicName> topics, DeviceWill will) {}

    /** What is known of each client; those that came first are first. */
    static final class Known {

        private final Map<String, Kept> byClient = new LinkedHashMap<>();

        private Known() {}

        Map<String, Kept> byClient() {
            return byClient;
        }

        private void put(String clientId, int id, TopicName topic) {
            kept(clientId).topics().put(id, topic);
        }

        private void put(String clientId, DeviceWill will) {
            byClient.put(clientId, new Kept(kept(clientId).topics(), will));
        }

        private Kept kept(String clientId) {
            return byClient.computeIfAbsent(
                    clientId, _ -> new Kept(new LinkedHashMap<>(), DeviceWill.NONE));
        }
    }

    private final Path file;
    private final EventLoop gateway;
    private final Known recovered;
    private final ExecutorService writer;

    /** On the writing thread. */
    private FileChannel channel;

    private long length;
    private long lengthWhenNew;
    private boolean failed;

    private ByteArrayOutputStream batch = new ByteArrayOutputStream();
    private List<Runnable> waiting = new ArrayList<>();
    private boolean writing;

    private DeviceJournal(Path file, EventLoop gateway, ExecutorService writer) throws IOException {
        this.file = file;
        this.gateway = gateway;
        this.writer = writer;
        this.recovered = read(file);
        this.channel = writeAnew();
    }

    /**
     * Opens a journal, which is made if it is not there.
     *
     * @param gateway where {@link #whenWritten} answers
     * @throws IOException if the file cannot be read or written
     */
    static DeviceJournal open(Path file, EventLoop gateway) throws IOException {
        return open(
                file,
                gateway,
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().daemon().name("godwit-sn-topics").factory()));
    }

    /** The same, which is written by an executor that does one thing after the other. */
    static DeviceJournal open(Path file, EventLoop gateway, ExecutorService writer)
            throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        return new DeviceJournal(file, gateway, writer);
    }

    /** What was in the file when it was opened. */
    Known recovered() {
        return recovered;
    }

    // --- what the gateway tells -----------------------------------------------------------------

    /** A client was given an identifier. */
    void given(String clientId, int id, TopicName topic) {
        append(batch, given(clientId, id, topic.bytes()));
    }

    /** A client has another will, or none any more. */
    void will(String clientId, DeviceWill will) {
        append(batch, record(WILL, clientId, will.toBytes()));
    }

    /** A client's identifiers mean nothing any more, and its will neither. */
    void forget(String clientId) {
        append(batch, record(FORGOTTEN, clientId, new byte[0]));
        write();
    }

    /** Does something once all that was told so far is written; at once if it is. */
    void whenWritten(Runnable then) {
        if (batch.size() == 0 && !writing) {
            then.run();
        } else {
            waiting.add(then);
            write();
        }
    }

    private void write() {
        if (writing) {
            return; // what comes meanwhile is one batch
        }
        writing = true;
        byte[] bytes = batch.toByteArray();
        List<Runnable> then = waiting;
        batch = new ByteArrayOutputStream();
        waiting = new ArrayList<>();
        writer.execute(() -> {
            put(bytes);
            gateway.execute(() -> written(then));
        });
    }

    private void written(List<Runnable> then) {
        writing = false;
        then.forEach(Runnable::run);
        if (batch.size() > 0 || !waiting.isEmpty()) {
            write();
        }
    }

    // --- the file -------------------------------------------------------------------------------

    private static byte[] given(String clientId, int id, byte[] topic) {
        ByteBuffer rest = ByteBuffer.allocate(2 + topic.length);
        rest.putShort((short) id).put(topic);
        return record(GIVEN, clientId, rest.array());
    }

    private static byte[] record(int kind, String clientId, byte[] rest) {
        byte[] client = clientId.getBytes(StandardCharsets.UTF_8);
        ByteBuffer body = ByteBuffer.allocate(3 + client.length + rest.length);
        return body.put((byte) kind).putShort((short) client.length).put(client).put(rest).array();
    }

    private static void append(ByteArrayOutputStream to, byte[] body) {
        try (DataOutputStream out = new DataOutputStream(to)) {
            out.writeInt(body.length);
            out.writeInt(checksum(body));
            out.write(body);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static int checksum(byte[] body) {
        CRC32 crc = new CRC32();
        crc.update(body);
        return (int) crc.getValue();
    }

    /** On the writing thread. A client whose identifiers are lost registers its topics again. */
    private void put(byte[] bytes) {
        try {
            write(channel, ByteBuffer.wrap(bytes));
            length += bytes.length;
            if (length - lengthWhenNew > Math.max(SLACK, lengthWhenNew)) {
                channel.close();
                channel = writeAnew();
            }
            failed = false;
        } catch (IOException failure) {
            if (!failed) {
                LOG.error("what is known of clients of MQTT-SN can't be kept in {}", file, failure);
            }
            failed = true;
        }
    }

    private static void write(FileChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    /** Replaces the file by one that has only what counts, and goes on behind that. */
    private FileChannel writeAnew() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(FORMAT);
        read(file)
                .byClient()
                .forEach((clientId, kept) -> {
                    kept.topics()
                            .forEach(
                                    (id, topic) -> append(all, given(clientId, id, topic.bytes())));
                    if (!kept.will().isNone()) {
                        append(all, record(WILL, clientId, kept.will().toBytes()));
                    }
                });
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.write(fresh, all.toByteArray());
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        length = all.size();
        lengthWhenNew = length;
        return FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    /** Up to where the file is whole: behind a crash it may end in a piece of a record. */
    private static Known read(Path file) throws IOException {
        Known known = new Known();
        if (!Files.exists(file)) {
            return known;
        }
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
        if (in.remaining() < HEAD || !in.slice(0, HEAD).equals(ByteBuffer.wrap(FORMAT))) {
            throw new IOException(
                    file + " holds nothing of MQTT-SN; move it away to start without");
        }
        in.position(HEAD);
        while (in.remaining() >= HEAD) {
            int size = in.getInt();
            int checksum = in.getInt();
            if (size < 3 || size > LONGEST || size > in.remaining()) {
                break;
            }
            byte[] body = new byte[size];
            in.get(body);
            if (checksum(body) != checksum) {
                LOG.warn(
                        "{} is damaged at byte {}: clients register what was behind it again",
                        file,
                        in.position() - size);
                break;
            }
            apply(ByteBuffer.wrap(body), known);
        }
        return known;
    }

    private static void apply(ByteBuffer body, Known known) {
        int kind = body.get();
        byte[] client = new byte[Math.min(body.getShort() & 0xFFFF, body.remaining())];
        body.get(client);
        String clientId = new String(client, StandardCharsets.UTF_8);
        if (kind == FORGOTTEN) {
            known.byClient.remove(clientId);
        } else if (kind == GIVEN && body.remaining() > 2) {
            int id = body.getShort() & 0xFFFF;
            byte[] topic = new byte[body.remaining()];
            body.get(topic);
            try {
                known.put(clientId, id, TopicName.of(topic));
            } catch (PacketException notValid) {
                LOG.warn("{} of client {} is no topic name", id, clientId, notValid);
            }
        } else if (kind == WILL) {
            DeviceWill will = DeviceWill.of(body);
            if (will != null) {
                known.put(clientId, will);
            }
        }
    }

    /** Writes what was told, and ends. From any thread, once the loop tells nothing more. */
    @Override
    public void close() {
        byte[] rest = batch.toByteArray();
        writer.execute(() -> put(rest));
        writer.shutdown();
        try {
            if (!writer.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("{} could not be written to its end", file);
            }
            channel.close();
        } catch (IOException failure) {
            LOG.warn("{} could not be closed", file, failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
