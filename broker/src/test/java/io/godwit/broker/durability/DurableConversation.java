package io.godwit.broker.durability;

import io.godwit.broker.simulation.ConnectBuilder;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.SimulatedDisk;
import io.godwit.broker.simulation.SimulatedDisk.Durability;
import io.godwit.broker.simulation.TestClient;
import io.godwit.broker.spi.Database.Table;
import io.godwit.codec.Packet;
import io.godwit.codec.ProtocolVersion;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;

/** Each test has a broker of three shards with an empty disk of its own. */
abstract class DurableConversation {

    static final ProtocolVersion V5 = ProtocolVersion.V5;

    /** What sessions and wills have at least after a restart. */
    static final Duration GRACE = Duration.ofSeconds(30);

    private static final int STUCK = 100_000;

    final SimulatedDisk disk = new SimulatedDisk(7);
    SimulatedBroker broker = options().start();

    /** The usual options, with the disk of this test. */
    SimulatedBroker.Options options() {
        return SimulatedBroker.options().disk(disk, Durability.PROCESS, GRACE);
    }

    /** Ends the broker, and starts one with other options on the same disk. */
    void use(SimulatedBroker.Options options) {
        kill();
        broker = options.start();
    }

    @AfterEach
    void nothingFailed() {
        broker.close();
    }

    // --- clients --------------------------------------------------------------------------------

    /** A client with Clean Start. */
    TestClient connect(ProtocolVersion version, String clientId) {
        return broker.connect(version, clientId);
    }

    /** A client whose CONNECT is changed. */
    TestClient connect(
            ProtocolVersion version, String clientId, UnaryOperator<ConnectBuilder> change) {
        return broker.connect(change.apply(Packets.connect(version, clientId)).build());
    }

    /** A client whose session is resumed and does not end. */
    TestClient resume(ProtocolVersion version, String clientId) {
        return connect(version, clientId, ConnectBuilder::persistent);
    }

    /** Leaves a session that does not end and subscribes to these filters, without a connection. */
    void offline(ProtocolVersion version, String clientId, int qos, String... filters) {
        resume(version, clientId).subscribe(qos, filters).drop();
    }

    /**
     * Whether a session of this name is there; version 3.1 cannot tell, but resumes the same ones.
     */
    boolean isPresent(String clientId) {
        TestClient client = broker.client(V5);
        boolean present =
                client.connect(Packets.connect(V5, clientId).persistent().build()).sessionPresent();
        client.drop();
        return present;
    }

    /** Resumes a session, which is to be given these payloads and nothing else. */
    void expectInQueue(ProtocolVersion version, String clientId, String... payloads) {
        TestClient client = resume(version, clientId).acknowledging();
        for (String payload : payloads) {
            client.expectMessage("t", payload);
        }
        client.expectNothing();
        client.drop();
    }

    // --- crashes --------------------------------------------------------------------------------

    /** The process ends, and stays away. */
    void kill() {
        broker.crash();
        disk.crash();
    }

    /** The process ends, and the next one starts. */
    void crash() {
        crash(Duration.ZERO);
    }

    /** The process ends, and the next one starts after so long by the wall clock. */
    void crash(Duration downtime) {
        kill();
        broker.jumpWallClock(downtime);
        broker.restart();
    }

    /**
     * Sends a packet while the store's writer does nothing; nothing may come back. Then the process
     * ends, and the next one starts.
     */
    void crashBefore(TestClient client, Packet packet) {
        broker.stallWriter(true);
        client.send(packet).expectNothing();
        crash();
    }

    /** Sends a packet; as soon as one of a type has come back the process ends, and starts anew. */
    <P extends Packet> P crashBehind(TestClient client, Packet packet, Class<P> type) {
        client.queue(packet);
        P come = await(client, type);
        crash();
        return come;
    }

    /** Lets the broker do no more than it has to until a packet of a type has come. */
    <P extends Packet> P await(TestClient client, Class<P> type) {
        for (int step = 0; step < STUCK; step++) {
            broker.run(1);
            List<Packet> arrived = client.takeArrived();
            for (Packet packet : arrived) {
                if (type.isInstance(packet)) {
                    return type.cast(packet);
                }
            }
        }
        throw new AssertionError(type.getSimpleName() + " did not come");
    }

    // --- the disk -------------------------------------------------------------------------------

    /** How many records of queues and of their messages there are. */
    int queueRecords() {
        return disk.records(Table.QUEUE) + disk.records(Table.MESSAGE);
    }
}
