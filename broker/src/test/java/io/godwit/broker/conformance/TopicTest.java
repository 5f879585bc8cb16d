package io.godwit.broker.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.conformance.Setting.Each;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Publish;
import io.godwit.spec.Spec;
import java.text.Normalizer;
import java.util.List;
import java.util.TreeSet;

/** Topic Names and Topic Filters as clients see them (§4.7). */
class TopicTest {

    private static final String LONGEST = "/".repeat(127) + "x".repeat(3_969);

    private static final List<String> TOPICS =
            List.of(
                    "sport",
                    "sport/",
                    "/sport",
                    "//sport",
                    "sport/tennis",
                    "sport/tennis/player1",
                    "sport/tennis/player1/ranking",
                    "Sport/tennis",
                    "/",
                    "//",
                    " ",
                    "sport/ /tennis",
                    "accounts payable",
                    "\u00e4",
                    "a\u0308",
                    "\ufefft",
                    "t",
                    "\ud83d\ude00/\ud83d\ude01",
                    "$data",
                    "$data/sport",
                    "a/$data",
                    LONGEST);

    @Spec({
        "v5 MQTT-4.7.3-4",
        "v3 MQTT-4.7.3-4",
        "v5 MQTT-4.7.2-1",
        "v3 MQTT-4.7.2-1",
        "v5 MQTT-4.7.1-1",
        "v3 MQTT-4.7.1-2",
        "v5 MQTT-4.7.1-2",
        "v3 MQTT-4.7.1-3",
        "v5 MQTT-3.3.2-3",
        "v3 MQTT-3.3.2-3"
    })
    @Each
    void filtersGetTheTopicsThatTheyMatchAndNoOthers(Setting setting) {
        assertThat(Normalizer.isNormalized("a\u0308", Normalizer.Form.NFC)).isFalse();
        assertGets(
                setting,
                "sport/#",
                "sport",
                "sport/",
                "sport/tennis",
                "sport/tennis/player1",
                "sport/tennis/player1/ranking",
                "sport/ /tennis");
        assertGets(setting, "sport/+", "sport/", "sport/tennis");
        assertGets(setting, "sport/tennis", "sport/tennis");
        assertGets(setting, "sport", "sport");
        assertGets(setting, "/sport", "/sport");
        assertGets(setting, "+/sport", "/sport");
        assertGets(setting, "/+", "/sport", "/");
        assertGets(setting, "+/+/+", "//sport", "//", "sport/tennis/player1", "sport/ /tennis");
        assertGets(setting, "\u00e4", "\u00e4");
        assertGets(setting, "t", "t");
        assertGets(setting, "\ud83d\ude00/+", "\ud83d\ude00/\ud83d\ude01");
        assertGets(setting, "$data/#", "$data", "$data/sport");
        assertGets(setting, "$data/+", "$data/sport");
        assertGets(setting, "+/$data", "a/$data");
        assertGets(setting, LONGEST, LONGEST);
        assertGets(
                setting,
                "#",
                TOPICS.stream().filter(topic -> !topic.startsWith("$")).toArray(String[]::new));
        assertGets(
                setting,
                "+",
                TOPICS.stream()
                        .filter(topic -> !topic.startsWith("$") && !topic.contains("/"))
                        .toArray(String[]::new));
    }

    /** Also where there are so many wildcard filters that they are kept in another way. */
    @Spec({"v5 MQTT-4.7.2-1", "v3 MQTT-4.7.2-1"})
    @Each
    void leadingWildcardsAmongFiltersOfManyShapesGetNoDollarTopic(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient wild = setting.subscriber(broker, 0).subscribe(0, shapes("+"));
            TestClient named = setting.subscriber(broker, 1).subscribe(0, shapes("$a"));
            TestClient pub = setting.publisher(broker);
            pub.publish("$a" + "/a".repeat(8), 0, "dollar");
            pub.publish("a" + "/a".repeat(8), 0, "plain");
            assertThat(Setting.texts(wild)).containsExactly("plain");
            assertThat(Setting.texts(named)).containsExactly("dollar");
        }
    }

    /** 512 filters that begin with this level and have a or a wildcard on the 8 others, and #. */
    private static String[] shapes(String first) {
        String[] filters = new String[512];
        for (int i = 0; i < filters.length; i++) {
            StringBuilder filter = new StringBuilder(first);
            for (int level = 0; level < 8; level++) {
                filter.append((i >> level & 1) == 0 ? "/a" : "/+");
            }
            filters[i] = filter.append(i < 256 ? "" : "/#").toString();
        }
        return filters;
    }

    private static void assertGets(Setting setting, String filter, String... topics) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient sub = setting.subscriber(broker, 0).subscribe(0, filter);
            TestClient shared = setting.subscriber(broker, 1).subscribe(0, "$share/g/" + filter);
            TestClient pub = setting.publisher(broker);
            TOPICS.forEach(topic -> pub.publish(topic, 0, topic));
            assertThat(received(sub)).isEqualTo(new TreeSet<>(List.of(topics)));
            assertThat(received(shared)).isEqualTo(new TreeSet<>(List.of(topics)));
        }
    }

    private static TreeSet<String> received(TestClient client) {
        TreeSet<String> topics = new TreeSet<>();
        for (Object packet : client.takeAll()) {
            String topic = client.topicOf((Publish) packet);
            assertThat(topics.add(topic)).as("%s came once", topic).isTrue();
        }
        return topics;
    }
}
