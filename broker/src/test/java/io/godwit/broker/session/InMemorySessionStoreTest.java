package io.godwit.broker.session;

import io.godwit.broker.spi.SessionStore;
import io.godwit.broker.spi.SessionStoreContract;
import java.nio.file.Path;
import java.util.concurrent.Executor;

class InMemorySessionStoreTest extends SessionStoreContract {

    @Override
    protected SessionStore open(Path files, Executor executor) {
        return new InMemorySessionStore();
    }
}
