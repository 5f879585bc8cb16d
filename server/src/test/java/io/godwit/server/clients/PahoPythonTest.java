package io.godwit.server.clients;

import io.godwit.codec.ProtocolVersion;
import io.godwit.server.clients.ClientLibrary.Feature;
import java.util.EnumSet;
import java.util.List;

/** Paho for Python, as Debian packages it for its own Python. */
final class PahoPythonTest extends ClientContract {

    @Override
    ClientLibrary open() throws Exception {
        return new ProcessLibrary(
                "Paho Python",
                List.of(ProtocolVersion.values()),
                // Version 1.6 passes the properties of PUBACK to nobody and resolves no aliases.
                EnumSet.complementOf(
                        EnumSet.of(Feature.PUBLISH_REASON, Feature.RECEIVE_TOPIC_ALIAS)),
                ProcessLibrary.program(
                        "/usr/bin/python3",
                        ProcessLibrary.script("python/paho_client.py").toString()));
    }
}
