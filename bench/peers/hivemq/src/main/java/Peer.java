import com.hivemq.embedded.EmbeddedHiveMQ;
import java.nio.file.Files;
import java.nio.file.Path;

/** HiveMQ CE with the config.xml and the data directory that it is given; it lets everyone in. */
public final class Peer {

    public static void main(String[] args) throws Exception {
        Path data = Path.of(args[1]);
        System.setProperty("hivemq.log.folder", Files.createDirectories(data.resolve("log")) + "");
        EmbeddedHiveMQ.builder()
                .withConfigurationFolder(Path.of(args[0]).getParent())
                .withDataFolder(Files.createDirectories(data.resolve("data")))
                .withExtensionsFolder(Files.createDirectories(data.resolve("extensions")))
                .build()
                .start()
                .join();
        Thread.currentThread().join();
    }
}
