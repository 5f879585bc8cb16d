package io.godwit.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code godwit cert dev}: an authority and certificates for a first try of TLS. */
@Command(
        name = "dev",
        description = {
            "Makes a certificate authority for development, a certificate for the broker and one"
                    + " for a client, and says how to try them.",
            "Files that are there are not overwritten."
        },
        mixinStandardHelpOptions = true,
        versionProvider = GodwitCommand.VersionLine.class)
final class CertDevCommand implements Callable<Integer> {

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9*._:-]{1,253}");

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Where the files go; made if it is missing. Default: ${DEFAULT-VALUE}.")
    private Path directory = Path.of("certs");

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description =
                    "A name or an address by which clients reach the broker, beside localhost."
                            + " Can be given several times.")
    private List<String> hosts = new ArrayList<>();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        for (String host : hosts) {
            if (!HOST.matcher(host).matches()) {
                throw new ParameterException(
                        spec.commandLine(), "--host takes a name or an address, not: " + host);
            }
        }
        Path where = directory.toAbsolutePath().normalize();
        PrintWriter err = spec.commandLine().getErr();
        try {
            for (String name : DevelopmentCertificates.FILES) {
                if (Files.exists(where.resolve(name))) {
                    err.printf(
                            "%s is there already, and clients may know it. Name another directory"
                                    + " with --dir, or delete the files in this one.%n",
                            where.resolve(name));
                    return Main.ERROR;
                }
            }
            DevelopmentCertificates.make(where, hosts);
        } catch (IOException failure) {
            err.printf("No certificates were made: %s%n", failure.getMessage());
            return Main.ERROR;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Main.ERROR;
        }
        explain(where, spec.commandLine().getOut());
        return 0;
    }

    private void explain(Path where, PrintWriter out) {
        String host = hosts.isEmpty() ? "localhost" : hosts.getFirst();
        String trusting = "-h %s -p 8883 --cafile %s".formatted(host, where.resolve("ca.pem"));
        out.printf(
                """
                Made in %s, valid for %d days:
                  ca.pem, ca.key          the authority that clients are to know, and its key
                  server.pem, server.key  for the broker, which clients reach as %s
                  client.pem, client.key  for a client, if the broker is to ask for certificates

                Put this into godwit.conf:

                  listeners.tls {
                    type = tls
                    certificate = "%s"
                    key = "%s"
                    # client-certificate = optional, client-ca = "%s"
                  }
                  authentication.anonymous = true  # for a first try

                Start the broker, and try it:

                  godwit sub %s -t 'hello/#' -v
                  godwit pub %s -t hello/world -m hi

                With a client's certificate both take as well: --cert %s --key %s
                They are for development: whoever has ca.key can make certificates that your clients believe.
                """,
                where,
                DevelopmentCertificates.DAYS,
                String.join(", ", DevelopmentCertificates.allHosts(hosts)),
                where.resolve("server.pem"),
                where.resolve("server.key"),
                where.resolve("ca.pem"),
                trusting,
                trusting,
                where.resolve("client.pem"),
                where.resolve("client.key"));
        out.flush();
    }
}
