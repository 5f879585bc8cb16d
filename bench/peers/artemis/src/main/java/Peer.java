import java.nio.file.Path;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;

/** ActiveMQ Artemis with the broker.xml that it is given; the data directory must stand in it. */
public final class Peer {

    public static void main(String[] args) throws Exception {
        new EmbeddedActiveMQ().setConfigResourcePath(Path.of(args[0]).toUri().toString()).start();
        Thread.currentThread().join();
    }
}
