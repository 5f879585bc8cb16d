package io.godwit.client.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.client.Message;
import io.godwit.client.store.SessionStore.Kept;
import io.godwit.client.store.SessionStore.Recovered;
import io.godwit.client.store.SessionStore.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Messages for a store, and the comparison of what was found. */
final class StoreFixture {

    private StoreFixture() {}

    static Kept waiting(long sequence, String payload) {
        return new Kept(
                sequence,
                Message.to("to/" + sequence).payload(payload).qos(1).build(),
                Stage.WAITING,
                0,
                1_000 + sequence);
    }

    static void assertSame(Kept found, Kept expected) {
        assertThat(found.sequence()).isEqualTo(expected.sequence());
        assertThat(found.stage()).isEqualTo(expected.stage());
        assertThat(found.packetId()).isEqualTo(expected.packetId());
        assertThat(found.publishedAt()).isEqualTo(expected.publishedAt());
        Message message = found.message();
        assertThat(message.topic()).isEqualTo(expected.message().topic());
        assertThat(message.payload()).isEqualTo(expected.message().payload());
        assertThat(message.qos()).isEqualTo(expected.message().qos());
        assertThat(message.retain()).isEqualTo(expected.message().retain());
        assertThat(message.properties()).isEqualTo(expected.message().properties());
    }

    static void assertSame(Recovered found, List<Kept> outgoing, List<Integer> incoming) {
        assertThat(found.outgoing()).hasSameSizeAs(outgoing);
        for (int i = 0; i < outgoing.size(); i++) {
            assertSame(found.outgoing().get(i), outgoing.get(i));
        }
        assertThat(found.incoming()).isEqualTo(incoming);
    }

    /** What a directory holds, as somebody finds it who opens it. */
    static Recovered found(Path directory) throws IOException {
        try (DirectoryStore store = DirectoryStore.open(directory)) {
            return store.recovered();
        }
    }

    /** The files of the log, the oldest first. */
    static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(it -> LogSegment.numberOf(it) >= 0).sorted().toList();
        }
    }

    static long bytes(Path directory) throws IOException {
        long bytes = 0;
        for (Path file : files(directory)) {
            bytes += Files.size(file);
        }
        return bytes;
    }
}
