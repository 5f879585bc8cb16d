package io.godwit.app.messages;

import io.godwit.client.ConnectRefused;
import io.godwit.client.Connected;
import io.godwit.client.ConnectionListener;
import io.godwit.client.DisconnectedByServer;
import io.godwit.client.MqttClient;
import io.godwit.client.MqttException;
import io.godwit.client.Reconnect;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.Utf8;
import io.godwit.server.Version;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A command that is a client of some server. {@code pub}, {@code sub} and {@code rr} have the
 * flags, the output and the exit codes of Mosquitto's command of that name: 0, 1 for an error, the
 * return or reason code of a CONNACK that refuses, 27 when the time is over. The others share what
 * says where and as whom they connect.
 */
public abstract class ClientCommand {

    /** The commands, in the order of their importance. */
    public static final List<String> NAMES =
            List.of("pub", "sub", "rr", "bench", "shell", "doctor");

    /** Those that Mosquitto has as well. */
    private static final List<String> MOSQUITTOS = NAMES.subList(0, 3);

    static final int ERROR = 1;
    static final int TIME_IS_OVER = 27;

    /** As {@code mosquitto_sub} comes back. */
    static final Reconnect EACH_SECOND =
            new Reconnect(false, Duration.ofSeconds(1), Duration.ofSeconds(1), Integer.MAX_VALUE);

    final Streams streams;
    final Flags flags = new Flags();
    final ConnectionOptions connection;
    private final String name;
    private final String purpose;
    private boolean isQuiet;
    private boolean isDebugging;
    private boolean wantsHelp;
    private boolean wantsVersion;

    ClientCommand(String name, String purpose, ProtocolVersion version, Streams streams) {
        this.name = name;
        this.purpose = purpose;
        this.streams = streams;
        this.connection = new ConnectionOptions(version);
    }

    /**
     * The command with a name of {@link #NAMES}, in this process's streams.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static ClientCommand of(String name) {
        return of(name, Streams.ofTheProcess());
    }

    static ClientCommand of(String name, Streams streams) {
        return switch (name) {
            case "pub" -> new PubCommand(streams);
            case "sub" -> new SubCommand(streams);
            case "rr" -> new RrCommand(streams);
            case "bench" -> new BenchCommand(streams);
            case "shell" -> new ShellCommand(streams);
            case "doctor" -> new DoctorCommand(streams);
            default -> throw new IllegalArgumentException(name);
        };
    }

    /**
     * Adds the flags that most commands have behind a command's own.
     *
     * @param topic takes the topic of {@code -L}; null where there is none
     */
    final void addCommonFlags(Flags.@Nullable Taker<String> topic) {
        connection.addTo(flags, topic);
        addGeneralFlags();
    }

    /** Adds the flags that have nothing to do with connections. */
    final void addGeneralFlags() {
        flags.text(
                "FILE",
                _ -> {},
                "Reads options from this file first, one a line"
                        + (isMosquittos() ? ", instead of from ~/.config/mosquitto_" + name : "")
                        + ".",
                "-o");
        flags.on(() -> isDebugging = true, "Says what goes on.", "-d", "--debug");
        flags.on(() -> isQuiet = true, "Does not say what goes wrong while it runs.", "--quiet");
        addHelpFlags();
    }

    /** Adds the flags that every command has. */
    final void addHelpFlags() {
        flags.on(() -> wantsHelp = true, "Prints this.", "--help");
        flags.on(() -> wantsVersion = true, "Prints the version.", "--version");
    }

    /** What it is for, in a line. */
    public final String purpose() {
        return purpose;
    }

    /** The command with its flags, for completion and help. */
    public CommandSpec spec() {
        String flagsOf = isMosquittos() ? ", by the flags of mosquitto_" + name : "";
        return flags.spec("godwit " + name, purpose + flagsOf + ".");
    }

    private boolean isMosquittos() {
        return MOSQUITTOS.contains(name);
    }

    /**
     * Runs the command.
     *
     * @param words those behind its name
     * @return the exit code
     */
    public int run(List<String> words) {
        try {
            OptionsFile.read(flags, isMosquittos() ? name : null, words, streams.environment());
            flags.read(Words.of(words));
            if (wantsHelp) {
                new CommandLine(spec())
                        .usage(new PrintWriter(streams.out(), true, StandardCharsets.UTF_8));
                return 0;
            }
            if (wantsVersion) {
                printer().line("godwit " + Version.current());
                return 0;
            }
            return execute();
        } catch (WrongUsage wrong) {
            streams.err().printf("Error: %s.%nTry 'godwit %s --help'.%n", wrong.getMessage(), name);
            return ERROR;
        } catch (MqttException | IOException failure) {
            complain(String.valueOf(failure.getMessage()));
            return exitCode(failure);
        }
    }

    /** Does what it is for, when all is read. */
    abstract int execute() throws WrongUsage, IOException;

    /** Whether somebody wants to hear what goes on and what goes wrong. */
    final boolean isHeard() {
        return !isQuiet;
    }

    /** Says what went wrong, unless nobody wants to hear. */
    final void complain(String problem) {
        if (!isQuiet) {
            streams.err().println("Error: " + Utf8.printable(problem));
        }
    }

    private int exitCode(Exception failure) {
        if (!(failure instanceof ConnectRefused refused)) {
            return ERROR;
        }
        ReasonCode why = refused.reasonCode();
        int code = connection.version().isV5() ? why.value() : why.connectReturnCode();
        return code > 0 ? code : ERROR;
    }

    /** Prints as it comes. */
    final MessagePrinter printer() {
        return new MessagePrinter(streams, null, false, true);
    }

    /** What is complete after so many seconds; never, if that is 0. */
    static CompletableFuture<Boolean> over(int seconds) {
        CompletableFuture<Boolean> over = new CompletableFuture<>();
        return seconds == 0 ? over : over.completeOnTimeout(true, seconds, TimeUnit.SECONDS);
    }

    /**
     * Connects, unless the time is over before.
     *
     * @return whether it has connected
     * @throws MqttException if it fails
     */
    final boolean connect(MqttClient client, MessagePrinter printer, CompletableFuture<?> over) {
        client.onConnection(
                new ConnectionListener() {
                    @Override
                    public void connected(Connected connected) {
                        debug(
                                printer,
                                "Client %s received CONNACK (%d)",
                                connected.clientId(),
                                connected.connAck().reasonCode().value());
                    }

                    @Override
                    public void disconnected(
                            @Nullable MqttException cause, @Nullable Duration retryIn) {
                        if (cause instanceof DisconnectedByServer by) {
                            debug(printer, "Received DISCONNECT (%d)", by.reasonCode().value());
                        }
                        if (cause != null && retryIn != null) {
                            debug(
                                    printer,
                                    "%s; trying again in %d ms",
                                    cause.getMessage(),
                                    retryIn.toMillis());
                        }
                    }
                });
        debug(printer, "Sending CONNECT");
        CompletableFuture<Connected> connected = client.connect();
        await(CompletableFuture.anyOf(connected, over));
        if (!connected.isDone()) {
            return false;
        }
        await(connected); // it may have failed in the same moment
        return true;
    }

    /** Says what goes on, if somebody wants to hear; else nothing is formatted. */
    final void debug(MessagePrinter printer, String format, @Nullable Object... arguments) {
        if (isDebugging && !isQuiet) {
            try {
                printer.line(format.formatted(arguments));
            } catch (IOException nobodyReads) {
                // the next message finds out
            }
        }
    }

    /** Sends DISCONNECT, with what {@code -D} says. */
    final void disconnect(MqttClient client, MessagePrinter printer, ReasonCode reasonCode) {
        debug(printer, "Sending DISCONNECT");
        var properties = connection.properties(PropertyOptions.Carrier.DISCONNECT);
        await(client.disconnect(new Disconnect(reasonCode, properties)));
    }

    /**
     * A message as it is shown: without the identifiers by which the client tells its subscriptions
     * apart, unless {@code -D subscribe} names one.
     */
    final Publish shown(Publish message) {
        Properties properties =
                message.properties().only(it -> it != Property.SUBSCRIPTION_IDENTIFIER);
        boolean named =
                connection
                        .properties(PropertyOptions.Carrier.SUBSCRIBE)
                        .has(Property.SUBSCRIPTION_IDENTIFIER);
        if (named || properties.size() == message.properties().size()) {
            return message;
        }
        return new Publish(
                message.dup(),
                message.qos(),
                message.retain(),
                message.topic(),
                message.packetId(),
                properties,
                message.payload());
    }

    /** The outcome, when it is there. */
    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException wrapped) {
            Throwable cause = wrapped.getCause();
            if (cause instanceof MqttException failure) {
                throw failure;
            }
            if (cause instanceof RuntimeException known
                    && (known instanceof IllegalArgumentException
                            || known instanceof IllegalStateException)) { // it was closed
                throw new MqttException(String.valueOf(known.getMessage()), known);
            }
            throw wrapped;
        }
    }
}
