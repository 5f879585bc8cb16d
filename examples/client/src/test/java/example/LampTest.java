package example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.godwit.junit.MqttBroker;
import io.godwit.junit.TestBroker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@MqttBroker
class LampTest {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    Lamp lamp;
    Panel panel;

    @BeforeEach
    void start(TestBroker broker) {
        lamp = new Lamp(broker.clientBuilder("lamp"), "desk");
        lamp.start();
        panel = new Panel(broker.clientBuilder("panel"), "wall");
        panel.start();
    }

    @AfterEach
    void stop() {
        panel.close();
        lamp.close();
    }

    @Test
    void commandsAreAnswered() {
        CompletableFuture<String> on = panel.command("desk", "on", PATIENCE);
        CompletableFuture<String> sing = panel.command("desk", "sing", PATIENCE);
        assertEquals("it is on", on.join());
        assertEquals("there is no command sing", sing.join());
    }

    @Test
    void nobodyWaitsForALampThatIsNotThere() {
        CompletionException failure =
                assertThrows(
                        CompletionException.class,
                        () -> panel.command("cellar", "on", PATIENCE).join());
        assertInstanceOf(IllegalStateException.class, failure.getCause());
    }

    @Test
    void mainGivesOneCommand(TestBroker broker) {
        Panel.main(new String[] {broker.uri(), "desk", "off"});
        assertEquals("it is off", broker.awaitMessage("panels/it/answers").text());
    }
}
