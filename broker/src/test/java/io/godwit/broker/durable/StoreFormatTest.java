package io.godwit.broker.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.broker.auth.SessionOwner;
import io.godwit.broker.durable.Records.SessionRecord;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedDatabase;
import io.godwit.broker.simulation.SimulatedDisk;
import io.godwit.broker.simulation.SimulatedDisk.Durability;
import io.godwit.broker.spi.Database;
import io.godwit.broker.spi.Database.Table;
import io.godwit.broker.spi.RecoveredSession;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.Will;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The format of a store: set, refused, and brought up to date. */
class StoreFormatTest {

    private static final Will WILL =
            Packets.will("w", "dead", 2, true, Properties.of(Property.WILL_DELAY_INTERVAL, 300L));

    @TempDir private Path directory;
    private final SimulatedDisk disk = new SimulatedDisk(5);
    private SimulatedDatabase database;

    @BeforeEach
    void openDatabase() throws IOException {
        database = disk.open(Durability.PROCESS);
    }

    private Path copy() {
        return directory.resolve("copy");
    }

    private long open() throws IOException {
        return StoreFormat.open(database, _ -> copy(), new Random(1));
    }

    private void put(Table table, byte[] key, byte[] value) throws IOException {
        Database.Batch batch = database.batch();
        batch.put(table, key, value);
        database.write(batch);
    }

    private void setFormat(int format) throws IOException {
        put(
                Table.META,
                "format".getBytes(StandardCharsets.US_ASCII),
                new byte[] {0, 0, 0, (byte) format});
    }

    private int format() throws IOException {
        byte[] value = database.reader().get(Table.META, Keys.FORMAT);
        return Bytes.getInt(Objects.requireNonNull(value), 0);
    }

    // --- new, newer, damaged --------------------------------------------------------------------

    @Test
    void newStoreGetsThePresentFormatAndASecret() throws IOException {
        long secret = open();
        assertThat(format()).isEqualTo(2);
        assertThat(StoreFormat.open(database, _ -> copy(), new Random(2))).isEqualTo(secret);
        assertThat(disk.checkpointAt(copy())).isNull();
    }

    @Test
    void newerFormatIsRefusedAndLeftUntouched() throws IOException {
        setFormat(3);
        put(Table.SESSION, Keys.session(1, Keys.SESSION), new byte[] {3, 1, 2});
        long writes = disk.writes();
        assertThatThrownBy(this::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("format 3")
                .hasMessageContaining("newer");
        assertThat(disk.writes()).isEqualTo(writes);
        assertThat(disk.checkpointAt(copy())).isNull();
    }

    @Test
    void damagedFormatIsRefused() throws IOException {
        put(Table.META, Keys.FORMAT, new byte[] {1});
        assertThatThrownBy(this::open).hasMessageContaining("damaged");
    }

    // --- format 1 -------------------------------------------------------------------------------

    /** A session's record as format 1 had it: flags, name, expiry, disconnection, then the will. */
    private static byte[] sessionOfFormat1(byte[] key, String name, @Nullable Will will) {
        RecordWriter out = new RecordWriter();
        out.start().writeByte(will == null ? 0 : 2).writeText(name).writeNumber(100).writeNumber(0);
        if (will != null) {
            out.writeText("w")
                    .writeByte(2 << 1 | 1)
                    .writeBytes(new byte[] {5, 0x18, 0, 0, 1, 44}) // Will Delay Interval of 300 s
                    .writeText("dead");
        }
        return inFormat1(key, out.seal(key));
    }

    /** The same record with 1 as its format, and the checksum that belongs to it. */
    private static byte[] inFormat1(byte[] key, byte[] record) {
        record[0] = 1;
        CRC32C crc = new CRC32C();
        crc.update(key);
        crc.update(record, 0, record.length - 4);
        Bytes.putInt(record, record.length - 4, (int) crc.getValue());
        return record;
    }

    private void fill(int sessions) throws IOException {
        setFormat(1);
        put(Table.META, Keys.SECRET, Keys.number(77));
        for (int number = 1; number <= sessions; number++) {
            byte[] key = Keys.session(number, Keys.SESSION);
            put(
                    Table.SESSION,
                    key,
                    sessionOfFormat1(key, "client" + number, number % 2 == 0 ? WILL : null));
            byte[] subscription = Keys.subscription(number, "t");
            put(
                    Table.SESSION,
                    subscription,
                    inFormat1(
                            subscription,
                            Records.subscription(
                                    new RecordWriter(), subscription, Packets.request("t", 1), 5)));
        }
    }

    private void expectUpgraded(int sessions) throws IOException {
        assertThat(format()).isEqualTo(2);
        Recovery recovery =
                new Recovery(
                        database.reader(),
                        (table, _, _, why) -> {
                            throw new AssertionError(table + ": " + why);
                        });
        recovery.readSessions();
        assertThat(recovery.sessions()).hasSize(sessions);
        for (RecoveredSession session : recovery.sessions()) {
            assertThat(session.name()).isEqualTo("client" + session.number());
            assertThat(session.owner()).isNull();
            assertThat(session.expiryInterval()).isEqualTo(100);
            assertThat(session.disconnectedAt()).isEqualTo(RecoveredSession.CONNECTED);
            assertThat(session.subscriptions()).hasSize(1);
            assertThat(session.will()).isEqualTo(session.number() % 2 == 0 ? WILL : null);
        }
    }

    @Test
    void format1IsBroughtUpToDateBehindACopy() throws IOException {
        fill(700);
        assertThat(open()).isEqualTo(77);
        expectUpgraded(700);
        SimulatedDisk copy = Objects.requireNonNull(disk.checkpointAt(copy()));
        byte[] format = copy.open(Durability.PROCESS).reader().get(Table.META, Keys.FORMAT);
        assertThat(format).isEqualTo(new byte[] {0, 0, 0, 1});
        assertThat(copy.records(Table.SESSION)).isEqualTo(1400);
    }

    /** Wherever it is broken off, the next start goes on, and the copy stays that of format 1. */
    @Test
    void upgradeThatWasBrokenOffGoesOn() throws IOException {
        fill(700);
        int brokenOff = 0;
        while (format() == 1 && brokenOff < 20) {
            try {
                StoreFormat.open(new WatchedDatabase(database, 1), _ -> copy(), new Random(1));
            } catch (IOException planned) {
                brokenOff++;
                Files.createDirectories(copy()); // where a real disk has put it
                disk.crash();
                openDatabase();
            }
        }
        assertThat(brokenOff).isGreaterThan(1);
        expectUpgraded(700);
    }

    @Test
    void nothingIsChangedIfThereIsNoCopy() throws IOException {
        fill(3);
        disk.failWrites(true);
        assertThatThrownBy(this::open).isInstanceOf(IOException.class);
        disk.failWrites(false);
        assertThat(format()).isEqualTo(1);
    }

    @Test
    void damagedRecordOfFormat1IsLeftForTheQuarantine() throws IOException {
        fill(3);
        disk.corrupt(Table.SESSION, Keys.session(2, Keys.SESSION));
        open();
        List<Table> found = new ArrayList<>();
        Recovery recovery = new Recovery(database.reader(), (table, _, _, _) -> found.add(table));
        recovery.readSessions();
        assertThat(recovery.sessions()).hasSize(2);
        assertThat(found).isNotEmpty().containsOnly(Table.SESSION);
    }

    @Test
    void recordSaysToWhomASessionBelongs() throws DamagedRecord {
        byte[] key = Keys.session(1, Keys.SESSION);
        byte[] users = // as it is since there are owners
                new RecordWriter()
                        .start()
                        .writeByte(4)
                        .writeText("client")
                        .writeNumber(7)
                        .writeNumber(0)
                        .writeText("alice")
                        .seal(key);
        SessionRecord read = SessionRecord.decode(new RecordReader(key, users));
        assertThat(read)
                .isEqualTo(new SessionRecord("client", new SessionOwner("alice"), false, 7, -1));
        assertThat(read.encode(new RecordWriter(), key)).isEqualTo(users);
        expectReadAsWritten(null);
        expectReadAsWritten(SessionOwner.CLIENT);
    }

    private static void expectReadAsWritten(@Nullable SessionOwner owner) throws DamagedRecord {
        byte[] key = Keys.session(1, Keys.SESSION);
        SessionRecord session = new SessionRecord("client", owner, false, 7, -1);
        byte[] written = session.encode(new RecordWriter(), key);
        assertThat(SessionRecord.decode(new RecordReader(key, written))).isEqualTo(session);
    }

    @Test
    void recordOfAnUnknownFormatIsDamaged() {
        byte[] key = Keys.session(1, Keys.SESSION);
        byte[] record =
                new SessionRecord("client", null, false, 1, -1).encode(new RecordWriter(), key);
        record[0] = 3;
        CRC32C crc = new CRC32C();
        crc.update(key);
        crc.update(record, 0, record.length - 4);
        Bytes.putInt(record, record.length - 4, (int) crc.getValue());
        assertThatThrownBy(() -> new RecordReader(key, record))
                .isInstanceOf(DamagedRecord.class)
                .hasMessageContaining("format is 3");
    }
}
