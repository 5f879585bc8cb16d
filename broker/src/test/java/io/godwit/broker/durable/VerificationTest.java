package io.godwit.broker.durable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.broker.durable.Records.Cursor;
import io.godwit.broker.durable.Records.FlowRecord;
import io.godwit.broker.durable.Records.SessionRecord;
import io.godwit.broker.durable.Verification.Report;
import io.godwit.broker.simulation.SimulatedDatabase;
import io.godwit.broker.simulation.SimulatedDisk;
import io.godwit.broker.simulation.SimulatedDisk.Durability;
import io.godwit.broker.spi.Database;
import io.godwit.broker.spi.Database.Table;
import io.godwit.broker.spi.Message;
import io.godwit.codec.Properties;
import io.godwit.codec.RetainHandling;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import io.godwit.codec.Will;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

class VerificationTest {

    private static final long SESSION = 7;
    private static final long SHARED = 8;
    private static final long MESSAGE_ID = 3;
    private static final TopicName TOPIC = topic("a/b");
    private static final Report IN_ORDER = new Report(1, 4, 1, 1, 0, List.of());

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private final RecordWriter out = new RecordWriter();
    private SimulatedDatabase database = open();

    private SimulatedDatabase open() {
        try {
            return disk.open(Durability.PROCESS);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static TopicName topic(String text) {
        try {
            return TopicName.of(text);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void put(Table table, byte[] key, byte[] value) throws IOException {
        Database.Batch batch = database.batch();
        batch.put(table, key, value);
        database.write(batch);
    }

    private void delete(Table table, byte[] key) throws IOException {
        Database.Batch batch = database.batch();
        batch.delete(table, key);
        database.write(batch);
    }

    private byte[] message(byte[] key) {
        Records.write(
                out.start(),
                new Message(
                        TOPIC,
                        "hello".getBytes(UTF_8),
                        1,
                        false,
                        Properties.NONE,
                        Message.NEVER,
                        "publisher"));
        return out.seal(key);
    }

    private void entry(long session, long sequence, long messageId) throws IOException {
        byte[] key = Keys.queue(session, sequence);
        out.start().writeByte(2).writeNumber(sequence).writeNumber(sequence).writeNumber(5);
        out.writeNumber(messageId);
        if (messageId == 0) {
            Records.write(
                    out,
                    new Message(
                            TOPIC,
                            new byte[0],
                            1,
                            false,
                            Properties.NONE,
                            Message.NEVER,
                            "publisher"));
        }
        put(Table.QUEUE, key, out.seal(key));
    }

    /** A store with each kind of record: one session and the queue of a shared subscription. */
    @BeforeEach
    void fill() throws Exception {
        StoreFormat.open(database, format -> Path.of("" + format), new Random(1));
        byte[] session = Keys.session(SESSION, Keys.SESSION);
        put(
                Table.SESSION,
                session,
                new SessionRecord("me", null, false, 5, -1).encode(out, session));
        byte[] cursor = Keys.session(SESSION, Keys.CURSOR);
        Cursor at = new Cursor(20, List.of(new FlowRecord(1, 10, false)));
        put(Table.SESSION, cursor, at.encode(out, cursor));
        byte[] subscription = Keys.subscription(SESSION, "a/#");
        SubscriptionRequest request =
                new SubscriptionRequest(
                        TopicFilter.of("a/#"), 1, false, false, RetainHandling.values()[0]);
        put(Table.SESSION, subscription, Records.subscription(out, subscription, request, 0));
        byte[] unreleased = Keys.unreleased(SESSION, 9);
        put(Table.SESSION, unreleased, out.start().seal(unreleased));
        byte[] will = Keys.will(SESSION, 1);
        put(
                Table.SESSION,
                will,
                Records.will(out, will, new Will(TOPIC, new byte[0], 0, false, Properties.NONE)));
        byte[] shared = Keys.session(SHARED, Keys.SESSION);
        put(
                Table.SESSION,
                shared,
                new SessionRecord("$share/g/a/#", null, true, 5, -1).encode(out, shared));
        put(Table.MESSAGE, Keys.number(MESSAGE_ID), message(Keys.number(MESSAGE_ID)));
        entry(SESSION, 10, MESSAGE_ID); // under way
        entry(SESSION, 20, MESSAGE_ID);
        entry(SESSION, 21, 0);
        entry(SHARED, 1, 0);
        put(Table.RETAINED, TOPIC.bytes(), message(TOPIC.bytes()));
    }

    private Report verify() throws IOException {
        return Verification.of(database.reader());
    }

    @Test
    void whatIsInOrderIsCounted() throws IOException {
        assertThat(verify()).isEqualTo(IN_ORDER);
    }

    @Test
    void nothingIsChanged() throws IOException {
        long writes = disk.writes();
        disk.corruptAny(Table.QUEUE);
        verify();
        assertThat(disk.writes()).isEqualTo(writes);
        assertThat(disk.records(Table.QUEUE)).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource(value = Table.class, mode = Mode.EXCLUDE, names = "META")
    void aChangedBitOfAnyRecordIsFound(Table table) throws IOException {
        for (int i = 0; i < disk.records(table); i++) {
            List<byte[]> keys = new ArrayList<>();
            database.reader().scan(table, new byte[0], null, (key, _) -> keys.add(key));
            byte[] key = keys.get(i);
            byte[] value = database.reader().get(table, key);
            disk.corrupt(table, key);
            Report report = verify();
            assertThat(report.damaged()).isPositive();
            assertThat(report.told().getFirst()).startsWith(table + " ");
            put(table, key, Objects.requireNonNull(value));
            assertThat(verify()).isEqualTo(IN_ORDER);
        }
    }

    @Test
    void entriesWhoseMessageIsGoneAreFound() throws IOException {
        delete(Table.MESSAGE, Keys.number(MESSAGE_ID));
        Report report = verify();
        assertThat(report.damaged()).isEqualTo(2);
        assertThat(report.queued()).isEqualTo(2);
        assertThat(report.told()).allMatch(damage -> damage.contains("message 3"));
    }

    @Test
    void whatACrashHasLeftIsNoDamage() throws IOException {
        entry(SESSION, 19, 99); // below the cursor, not in a flow
        entry(55, 1, 99); // of a session that has ended
        assertThat(verify()).isEqualTo(IN_ORDER);
    }

    @Test
    void aRecordUnderAnotherKeyIsFound() throws IOException {
        byte[] session = Keys.session(SESSION, Keys.SESSION);
        put(
                Table.SESSION,
                Keys.session(9, Keys.SESSION),
                new SessionRecord("me", null, false, 5, -1).encode(out, session));
        assertThat(verify().told()).singleElement().asString().contains("checksum");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8, 30})
    void keysOfAWrongLengthAreFound(int length) throws IOException {
        byte[] key = new byte[length];
        Arrays.fill(key, (byte) 1);
        for (Table table : List.of(Table.SESSION, Table.QUEUE)) {
            put(table, key, out.start().seal(key));
        }
        assertThat(verify().damaged()).isEqualTo(2);
    }

    @Test
    void onlyTheFirstDamagesAreTold() throws IOException {
        for (int i = 0; i < 30; i++) {
            put(Table.RETAINED, new byte[] {'x', (byte) i}, new byte[] {1});
        }
        Report report = verify();
        assertThat(report.damaged()).isEqualTo(30);
        assertThat(report.told()).hasSize(Verification.MOST_TOLD);
        assertThat(report.retained()).isEqualTo(1);
    }

    @Test
    void aMissingFormatIsFound() throws IOException {
        delete(Table.META, Keys.FORMAT);
        delete(Table.META, Keys.SECRET);
        assertThat(verify().told()).hasSize(2).allMatch(damage -> damage.contains("is missing"));
    }

    @Test
    void aNewerFormatIsRefused() throws IOException {
        put(Table.META, Keys.FORMAT, new byte[] {0, 0, 0, 99});
        assertThatThrownBy(this::verify)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("format 99");
    }

    @Test
    void tablesThatCanNotBeReadAreTold() throws IOException {
        Database.Reader reader = database.reader();
        disk.failReads(true);
        Report report = Verification.of(reader);
        assertThat(report.damaged()).isEqualTo(5);
        assertThat(report.told()).allMatch(damage -> damage.contains("can't be read"));
    }
}
