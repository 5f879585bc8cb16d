package io.godwit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.broker.control.SessionState;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of what a loop answers, or does not. */
@Timeout(60)
class ServerSessionsTest {

    private static ServerSessions answering(CompletableFuture<Optional<SessionState>> answer) {
        return new ServerSessions(_ -> answer, _ -> answer);
    }

    @Test
    void whatCouldNotBeStoredIsSaidAsItIs() {
        IOException known = new IOException("the disk is full");
        ServerSessions sessions = answering(CompletableFuture.failedFuture(known));
        assertThatThrownBy(() -> sessions.end("c")).isSameAs(known);
    }

    @Test
    void faultIsLeftToTheLog() {
        ServerSessions sessions =
                answering(CompletableFuture.failedFuture(new IllegalStateException("secret")));
        assertThatThrownBy(() -> sessions.find("c"))
                .isInstanceOf(IOException.class)
                .hasMessage("a fault in the server, which its log shows");
    }

    @Test
    void whoIsInterruptedStaysSo() {
        ServerSessions sessions = answering(new CompletableFuture<>());
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> sessions.find("c")).isInstanceOf(IOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
