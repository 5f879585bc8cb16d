package io.godwit.server.clients;

import java.util.List;

/** A column of the table in docs/clients.md, with the scenarios that show it. */
enum Ability {
    QOS_0("QoS 0", "delivers from QoS 0 to QoS 0") {
        @Override
        void play(MosquittoScenarios scenarios) throws Exception {
            scenarios.deliver(0, 0);
        }
    },
    QOS_1("QoS 1", "delivers from QoS 1 to QoS 1") {
        @Override
        void play(MosquittoScenarios scenarios) throws Exception {
            scenarios.deliver(1, 1);
        }
    },
    QOS_2("QoS 2", "delivers from QoS 2 to QoS 2") {
        @Override
        void play(MosquittoScenarios scenarios) throws Exception {
            scenarios.deliver(2, 2);
        }
    },
    RETAINED("retained", "retains, replaces and deletes") {
        @Override
        void play(MosquittoScenarios scenarios) throws Exception {
            scenarios.retain();
        }
    },
    WILL("will", "sends the will of a lost client", "drops the will at DISCONNECT") {
        @Override
        void play(MosquittoScenarios scenarios) throws Exception {
            scenarios.sendWill();
        }
    },
    SESSION("persistent session", "keeps a session that is cut off") {
        @Override
        void play(MosquittoScenarios scenarios) throws Exception {
            scenarios.keepSession();
        }
    };

    private final String title;
    private final List<String> names;

    Ability(String title, String... names) {
        this.title = title;
        this.names = List.of(names);
    }

    /** As it is written. */
    String title() {
        return title;
    }

    /** Shows it by Mosquitto's commands. */
    abstract void play(MosquittoScenarios scenarios) throws Exception;

    /** The scenarios that show it by a library. */
    List<Scenario> scenarios() {
        return names.stream()
                .map(name ->
                        CommonScenarios.all().stream()
                                .filter(scenario -> scenario.name().equals(name))
                                .findFirst()
                                .orElseThrow())
                .toList();
    }
}
