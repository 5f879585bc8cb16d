package io.godwit.app;

import io.godwit.server.GodwitServer;
import io.godwit.server.Version;
import io.godwit.server.configuration.Configuration;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** What the broker says when it has started: what listens where, who may connect, how to try it. */
final class StartupLines {

    private StartupLines() {}

    /** The lines, in order. */
    static List<String> of(Configuration configuration, GodwitServer server) {
        List<String> lines = new ArrayList<>();
        lines.add(
                "Godwit %s is ready (configuration: %s; data: %s; %d event loops)."
                        .formatted(
                                Version.current(),
                                String.join(", ", configuration.sources()),
                                configuration.dataDir(),
                                configuration.eventLoops()));
        server.addresses()
                .forEach((name, address) ->
                        lines.add(
                                "  %s: MQTT 3.1, 3.1.1 and 5.0 on %s"
                                        .formatted(name, text(address))));
        lines.add(
                configuration.authentication().anonymous()
                        ? "  Anyone who reaches these ports may connect, with or without a user name."
                        : "  Nobody may connect yet.");
        configuration.notices().forEach(notice -> lines.add("  " + notice));
        server.addresses().values().stream()
                .findFirst()
                .ifPresent(address -> lines.add("  " + howToTry(address.getPort())));
        return lines;
    }

    private static String howToTry(int port) {
        String where = port == 1883 ? "" : " -p " + port;
        return "Try it: mosquitto_sub%s -t 'hello/#' -v    and    mosquitto_pub%s -t hello/world -m hi"
                .formatted(where, where);
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return address.getAddress() instanceof Inet6Address
                ? "[%s]:%d".formatted(host, address.getPort())
                : "%s:%d".formatted(host, address.getPort());
    }
}
