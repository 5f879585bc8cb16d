package io.godwit.app.messages;

import io.godwit.codec.RetainHandling;

/** What a subscription does with retained messages. */
final class RetainOptions {

    private RetainHandling handling = RetainHandling.SEND;
    private boolean areHidden;
    private boolean asPublished;

    void addTo(Flags flags) {
        flags.on(
                () -> {
                    areHidden = true;
                    handling = RetainHandling.DO_NOT_SEND;
                },
                "Hides messages that were retained.",
                "-R");
        flags.on(
                () -> asPublished = true,
                "Keeps the retain flag of the publisher. Version 5.",
                "--retain-as-published");
        flags.text(
                "WHEN",
                value ->
                        handling =
                                switch (value) {
                                    case "always" -> RetainHandling.SEND;
                                    case "new" -> RetainHandling.SEND_IF_NEW;
                                    case "never" -> RetainHandling.DO_NOT_SEND;
                                    default ->
                                            throw new WrongUsage(
                                                    "--retain-handling takes always, new or never,"
                                                            + " not "
                                                            + value);
                                },
                "When retained messages come: always, new (for a new subscription) or never."
                        + " Version 5.",
                "--retain-handling");
    }

    RetainHandling handling() {
        return handling;
    }

    boolean areHidden() {
        return areHidden;
    }

    boolean asPublished() {
        return asPublished;
    }
}
