package io.godwit.broker.durable;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.SimulatedDisk;
import io.godwit.broker.simulation.SimulatedDisk.Durability;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Packet;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.Publish;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What waits for the members of a shared subscription passes to one of them, or waits on. */
class HandoverTest {

    private static final int SEEDS = 4;
    private static final int MOST_ACTIONS = 40;
    private static final List<String> MESSAGES = List.of("1", "2", "3");

    @Test
    void aWriteThatFailsAtAnyMomentOfItLosesNothing() {
        for (int seed = 0; seed < SEEDS; seed++) { // which decides whether it was written
            for (int actions = 0; actions < MOST_ACTIONS; actions++) {
                handOver(seed, actions);
            }
        }
    }

    private static void handOver(int seed, int actions) {
        SimulatedDisk disk = new SimulatedDisk(seed);
        try (SimulatedBroker broker =
                SimulatedBroker.options()
                        .shards(1)
                        .disk(disk, Durability.PROCESS, Duration.ofSeconds(30))
                        .start()) {
            Set<String> got = new TreeSet<>();
            connect(broker).subscribe(1, "$share/g/s").drop();
            TestClient publisher = broker.connect(ProtocolVersion.V5, "publisher");
            MESSAGES.forEach(text -> publisher.publish("s", 1, text));

            TestClient member = broker.client(ProtocolVersion.V5);
            member.queue(Packets.connect(ProtocolVersion.V5, "member").persistent().build());
            broker.run(actions);
            disk.failWrites(1);
            broker.run();
            member.cut(); // what had arrived it has not acknowledged
            broker.advance(Duration.ofSeconds(2)); // the database is opened anew
            broker.books();
            broker.crash();
            disk.crash();
            broker.restart();
            texts(connect(broker).acknowledging().takeAll(), got);
            assertThat(got)
                    .as("seed %d, %d actions before the failure", seed, actions)
                    .containsExactlyElementsOf(MESSAGES);
        }
    }

    private static TestClient connect(SimulatedBroker broker) {
        return broker.connect(Packets.connect(ProtocolVersion.V5, "member").persistent().build());
    }

    private static void texts(List<Packet> packets, Set<String> into) {
        for (Packet packet : packets) {
            if (packet instanceof Publish publish) {
                into.add(Packets.text(publish));
            }
        }
    }
}
