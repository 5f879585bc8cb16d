package io.godwit.server.clients;

import io.godwit.codec.ProtocolVersion;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A client that is a library for version 5 and one for those before. */
record ByVersion(ClientLibrary v3, ClientLibrary v5) implements ClientLibrary {

    @Override
    public List<ProtocolVersion> versions() {
        List<ProtocolVersion> all = new ArrayList<>(v3.versions());
        all.addAll(v5.versions());
        return all;
    }

    /** What both have. */
    @Override
    public Set<Feature> features() {
        EnumSet<Feature> both = EnumSet.allOf(Feature.class);
        both.retainAll(v3.features());
        both.retainAll(v5.features());
        return both;
    }

    @Override
    public Connection connect(ConnectOptions options, Inbox inbox) throws Exception {
        return (options.version().isV5() ? v5 : v3).connect(options, inbox);
    }

    @Override
    public void close() throws Exception {
        v3.close();
        v5.close();
    }
}
