package io.godwit.broker.durable;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.limits.RetainedLimits;
import io.godwit.broker.retained.InMemoryRetainedStore;
import io.godwit.broker.shard.EventLoop;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.Time;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedDisk;
import io.godwit.broker.simulation.SimulatedDisk.Durability;
import io.godwit.broker.spi.Database.Table;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.Publication;
import io.godwit.broker.spi.ShardStore;
import io.godwit.codec.Properties;
import io.godwit.codec.Publish;
import io.godwit.spec.Spec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Messages that begin on one shard are written in that order, so that a crash keeps a prefix. */
class PublicationOrderTest {

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private final InMemoryRetainedStore retained =
            new InMemoryRetainedStore(new RetainedLimits(10, 10_000));
    private final List<String> told = new ArrayList<>();
    private final Shard shard = shard();
    private final ShardStore store;

    PublicationOrderTest() throws IOException {
        store =
                new DurableStore(
                                disk.open(Durability.PROCESS),
                                Runnable::run,
                                Runnable::run,
                                Time.SYSTEM,
                                retained,
                                0,
                                (_, _, _, why) -> told.add(why))
                        .on(shard);
    }

    private static Shard shard() {
        EventLoop loop =
                new EventLoop() {
                    @Override
                    public void execute(Runnable action) {
                        action.run();
                    }

                    @Override
                    public boolean inLoop() {
                        return true;
                    }
                };
        return new Shard(0, loop, Time.SYSTEM, new Random(1));
    }

    @Test
    @Spec("v5 MQTT-4.6.0-5")
    void laterMessageIsNotWrittenBeforeAnEarlierOne() {
        Publication earlier = begin("earlier");
        assertThat(earlier.expectMore(0)).isTrue();
        Publication later = begin("later");
        later.added();
        earlier.added();
        assertThat(disk.records(Table.RETAINED)).isZero();
        assertThat(told).isEmpty();
        earlier.added();
        assertThat(disk.records(Table.RETAINED)).isEqualTo(2);
        assertThat(told).containsExactly("earlier", "later");
    }

    @Test
    void messageWithNothingToWriteHoldsUpNobody() {
        Message nothing = message("nothing");
        store.begin(nothing);
        Publication later = begin("later");
        later.added();
        assertThat(told).isEmpty();
        storing(nothing).added();
        assertThat(told).containsExactly("later");
    }

    /** A retained message that begins, and of which one part is to be added. */
    private Publication begin(String name) {
        Message message = message(name);
        retained.put(message);
        store.begin(message);
        Publication publication = storing(message);
        publication.retained(message.topic(), null);
        publication.whenStored(
                shard,
                failure -> {
                    assertThat(failure).isNull();
                    told.add(name);
                });
        return publication;
    }

    private static Publication storing(Message message) {
        Publication storing = message.storing();
        if (storing == null) {
            throw new AssertionError("it was not begun");
        }
        return storing;
    }

    private static Message message(String name) {
        Publish publish = Packets.publish(name, name);
        return new Message(
                publish.topic(), publish.payload(), 1, true, Properties.NONE, Message.NEVER, "p");
    }
}
