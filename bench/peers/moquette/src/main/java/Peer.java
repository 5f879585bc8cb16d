import io.moquette.broker.Server;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;

/** Moquette with the configuration file that it is given; the data directory must stand in it. */
public final class Peer {

    public static void main(String[] args) throws Exception {
        Files.createDirectories(Path.of(args[1]));
        new Server().startServer(new File(args[0]));
        Thread.currentThread().join();
    }
}
