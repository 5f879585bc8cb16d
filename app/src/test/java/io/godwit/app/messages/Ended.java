package io.godwit.app.messages;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** What a command has left: its exit code and what it wrote. */
record Ended(int code, String out, String err) {

    private static final long PATIENCE_SECONDS = 60;

    /** Runs Mosquitto's command. */
    static Ended ofMosquitto(String command, List<String> words, byte[] input) throws Exception {
        List<String> all = new ArrayList<>(List.of("mosquitto_" + command));
        all.addAll(words);
        return of(new ProcessBuilder(all), input);
    }

    /** Runs a process. */
    static Ended of(ProcessBuilder builder, byte[] input) throws Exception {
        builder.environment().put("HOME", "/nonexistent");
        builder.environment().remove("XDG_CONFIG_HOME");
        Process process = builder.start();
        CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .execute(process::destroyForcibly);
        try (var in = process.getOutputStream()) {
            in.write(input);
        } catch (IOException notRead) {
            // it has ended without reading it
        }
        var err = new FutureTask<>(process.getErrorStream()::readAllBytes);
        Thread.ofPlatform().daemon().start(err);
        byte[] out = process.getInputStream().readAllBytes();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(builder.command() + " did not end");
        }
        return new Ended(process.exitValue(), new String(out, UTF_8), new String(err.get(), UTF_8));
    }

    /** Runs Godwit's command in this process, by the way that the real one goes. */
    static Ended ofGodwit(String command, List<String> words, byte[] input) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Streams streams =
                new Streams(
                        new ByteArrayInputStream(input),
                        out,
                        new PrintStream(err, true, UTF_8),
                        Map.of(),
                        _ -> {},
                        false);
        int code = ClientCommand.of(command, streams).run(words);
        return new Ended(code, out.toString(UTF_8), err.toString(UTF_8));
    }
}
