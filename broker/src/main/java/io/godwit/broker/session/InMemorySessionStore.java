package io.godwit.broker.session;

import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.RecoveredSession;
import io.godwit.broker.spi.SessionLog;
import io.godwit.broker.spi.SessionStore;
import io.godwit.broker.spi.ShardStore;
import io.godwit.broker.spi.StoreFailure;
import io.godwit.broker.spi.Stored;
import io.godwit.codec.TopicName;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps sessions in memory, as long as the process lives: a change is stored when it is made. */
public final class InMemorySessionStore implements SessionStore {

    private static final ShardStore ON_EACH = new OnShard();

    @Override
    public ShardStore on(Shard shard) {
        return ON_EACH;
    }

    @Override
    public void recover(Consumer<RecoveredSession> sessions, Consumer<Message> retained) {}

    @Override
    public void tick() {}

    @Override
    public Map<String, String> figures() {
        return Map.of("mode", "memory");
    }

    @Override
    public void close() {}

    private static final class OnShard implements ShardStore {

        @Override
        public SessionLog open(String clientId, boolean keep, SessionLog.Owner owner) {
            return new InMemoryLog();
        }

        @Override
        public SessionLog openShared(String filter, SessionLog.Owner owner) {
            return new InMemoryLog();
        }

        @Override
        public SessionLog reopen(RecoveredSession recovered, SessionLog.Owner owner) {
            throw new IllegalStateException("nothing is recovered into memory");
        }

        @Override
        public void begin(Message message) {}

        @Override
        public void retainedRemoved(TopicName topic) {}

        @Override
        public void whenStored(Stored then) {
            then.done(null);
        }

        @Override
        public @Nullable StoreFailure refusal() {
            return null;
        }

        @Override
        public boolean isBehind() {
            return false;
        }

        @Override
        public void whenCaughtUp(Runnable action) {
            action.run();
        }
    }
}
