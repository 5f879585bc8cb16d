package io.godwit.server.configuration;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads every key of a configuration into the draft and finds all problems. For one thread. */
final class ConfigurationReader {

    private static final int LONGEST_VALUE = 80;

    private final Draft draft;
    private final List<Problem> problems;
    private final Path workingDirectory;

    /**
     * A reader.
     *
     * @param workingDirectory where the files that listeners name are looked for
     */
    ConfigurationReader(Draft draft, List<Problem> problems, Path workingDirectory) {
        this.draft = draft;
        this.problems = problems;
        this.workingDirectory = workingDirectory;
    }

    /** Reads all of it. */
    void read(ConfigObject root) {
        int before = problems.size();
        block("", root);
        if (problems.size() == before) {
            for (AdminDraft.Finding finding : draft.admin.wrong()) {
                problem(valueAt(root, finding.key()), finding.key() + finding.text());
            }
        }
    }

    /** The value at a path, or the last one on the way to it that is there. */
    private static ConfigValue valueAt(ConfigObject root, String path) {
        ConfigValue value = root;
        for (String name : path.split("\\.", -1)) {
            ConfigValue next = value instanceof ConfigObject block ? block.get(name) : null;
            value = next == null ? value : next;
        }
        return value;
    }

    private void block(String prefix, ConfigObject block) {
        new TreeMap<>(block).forEach((name, value) -> entry(prefix + quoted(name), value));
    }

    private void entry(String path, ConfigValue value) {
        if (!isSet(path, value)) {
            return;
        }
        var key = Keys.find(path);
        if (path.equals(AuthorizationKeys.RULES) && value instanceof ConfigList list) {
            rules(list);
        } else if (AdminKeys.keysOf(path).isPresent() && value instanceof ConfigObject block) {
            somebodies(path, block, AdminKeys.keysOf(path).get());
        } else if (key.isPresent()) {
            set(key.get(), draft, path, value);
        } else if (!Keys.isBlock(path)) {
            unknown(
                    path,
                    value,
                    value instanceof ConfigObject
                            ? Keys.BLOCKS
                            : Keys.paths(List.of("tcp")).toList());
        } else if (!(value instanceof ConfigObject block)) {
            problem(
                    value,
                    path
                            + " is "
                            + shown(path, value)
                            + "; it takes a block: "
                            + path
                            + " { ... }");
        } else if (path.equals("listeners")) {
            listeners(block);
        } else {
            block(path + ".", block);
        }
    }

    private void listeners(ConfigObject block) {
        if (block.isEmpty()) {
            problem(block, "listeners is empty: nobody could connect; name one or leave it out");
        }
        Map<String, String> taken = new HashMap<>();
        new TreeMap<>(block)
                .forEach((name, value) -> {
                    String path = "listeners." + quoted(name);
                    if (!isSet(path, value)) {
                        return;
                    }
                    if (!ListenerName.isValid(name)) {
                        problem(
                                value,
                                path
                                        + " is no name for a listener; it takes small"
                                        + " letters, digits and single dashes");
                    } else if (!(value instanceof ConfigObject listener)) {
                        problem(
                                value,
                                path
                                        + " is "
                                        + shown(path, value)
                                        + "; it takes a block: "
                                        + path
                                        + " { type = tcp, port = 1883 }");
                    } else {
                        listener(name, path, listener, taken);
                    }
                });
    }

    private void listener(String name, String path, ConfigObject block, Map<String, String> taken) {
        Draft.Listener listener = draft.listener(name);
        int before = problems.size();
        var type = Keys.findOfListener("type").orElseThrow();
        if (block.get("type") == null) {
            if (!type.set(listener, name)) {
                problem(block, path + ".type is missing; it takes " + type.kind().range());
            }
        } else {
            entryOfListener(name, listener, "type", block.get("type"));
        }
        if (problems.size() > before) {
            return; // what the other keys are about depends on the type
        }
        new TreeMap<>(block)
                .forEach((key, value) -> {
                    if (!key.equals("type")) {
                        entryOfListener(name, listener, quoted(key), value);
                    }
                });
        if (problems.size() == before) {
            for (var finding : ListenerCheck.of(name, listener, workingDirectory)) {
                problem(
                        block.getOrDefault(finding.key(), block),
                        path + "." + finding.key() + finding.text());
            }
        }
        if (problems.size() == before && !listener.place().endsWith(" 0")) {
            String other = taken.putIfAbsent(listener.place(), path);
            if (other != null) {
                String what = listener.type().equals("unix") ? "path" : "port " + listener.port();
                problem(block, path + " takes the same " + what + " as " + other);
            }
        }
    }

    private void entryOfListener(
            String name, Draft.Listener listener, String keyName, ConfigValue value) {
        String path = "listeners." + name + "." + keyName;
        if (!isSet(path, value)) {
            return;
        }
        var key = Keys.findOfListener(keyName);
        if (key.isEmpty() && Keys.isBlockOfListener(keyName)) {
            blockOfListener(name, listener, keyName, value);
        } else if (key.isEmpty()) {
            unknown(path, value, Keys.paths(List.of(name)).toList());
        } else if (listener.type == null || ListenerKeys.typesOf(keyName).contains(listener.type)) {
            set(key.get(), listener, path, value);
        } else {
            problem(
                    value,
                    path
                            + " is not for a listener of type "
                            + listener.type
                            + ", but for "
                            + String.join(", ", ListenerKeys.typesOf(keyName)));
        }
    }

    private void blockOfListener(
            String name, Draft.Listener listener, String blockName, ConfigValue value) {
        if (value instanceof ConfigObject block) {
            new TreeMap<>(block)
                    .forEach((key, element) ->
                            entryOfListener(
                                    name, listener, blockName + "." + quoted(key), element));
        } else {
            String path = "listeners." + name + "." + blockName;
            problem(
                    value,
                    path
                            + " is "
                            + shown(path, value)
                            + "; it takes a block: "
                            + path
                            + " { ... }");
        }
    }

    private void rules(ConfigList list) {
        for (int i = 0; i < list.size(); i++) {
            String path = AuthorizationKeys.RULES + "[" + i + "]";
            ConfigValue value = list.get(i);
            if (value instanceof ConfigObject rule) {
                rule(path, rule);
            } else {
                problem(value, path + " is " + shown(path, value) + "; it takes a block: { ... }");
            }
        }
    }

    private void rule(String path, ConfigObject block) {
        if (!isSet(path, block)) {
            return;
        }
        int before = problems.size();
        var rule = new AuthorizationKeys.RuleDraft();
        keysOf(path, block, AuthorizationKeys.OF_RULE, rule);
        if (problems.size() > before) {
            return;
        }
        Place place = Place.of(block);
        String wrong = rule.wrong();
        if (wrong == null) {
            draft.rules.add(rule.finish(place.file() + ":" + place.line()));
        } else {
            problem(block, path + wrong);
        }
    }

    /** Users or tokens, by their names. */
    private void somebodies(
            String path, ConfigObject block, List<Key<AdminDraft.Somebody, ?>> keys) {
        boolean isUsers = path.equals(AdminKeys.USERS);
        new TreeMap<>(block)
                .forEach((name, value) -> {
                    String itsPath = path + "." + quoted(name);
                    if (!isSet(itsPath, value)) {
                        return;
                    }
                    if (!(value instanceof ConfigObject entry)) {
                        problem(
                                value,
                                itsPath + " takes a block: " + itsPath + " { role = viewer, ... }");
                        return;
                    }
                    int before = problems.size();
                    var somebody = isUsers ? draft.admin.user(name) : draft.admin.token(name);
                    keysOf(itsPath, entry, keys, somebody);
                    String wrong = isUsers ? somebody.wrongAsUser() : somebody.wrongAsToken();
                    if (wrong != null && problems.size() == before) {
                        problem(entry, itsPath + wrong);
                    }
                });
    }

    /** Sets the keys of a block that can have these and no others. */
    private <D> void keysOf(String path, ConfigObject block, List<Key<D, ?>> keys, D target) {
        var known = keys.stream().map(Key::path).toList();
        new TreeMap<>(block)
                .forEach((name, value) -> {
                    String keyPath = path + "." + quoted(name);
                    int at = known.indexOf(name);
                    if (at < 0) {
                        problem(
                                value,
                                "no such key: "
                                        + shortened(keyPath)
                                        + "; the nearest is "
                                        + NearestKey.of(name, known));
                    } else if (isSet(keyPath, value)) {
                        set(keys.get(at), target, keyPath, value);
                    }
                });
    }

    private <D, T> void set(Key<D, T> key, D target, String path, ConfigValue value) {
        Optional<String> text = key.kind().isList() ? texts(value) : text(value);
        if (text.isEmpty() || !key.set(target, text.get())) {
            var kind = key.kind();
            Optional<ConfigValue> element = wrongElement(kind, value);
            problem(
                    element.orElse(value),
                    path
                            + (element.isPresent() ? " has " : " is ")
                            + shown(path, element.orElse(value))
                            + "; it takes "
                            + kind.what()
                            + ": "
                            + kind.range());
        }
    }

    /** The first element of a list that is not allowed, so that its own line is named. */
    private static Optional<ConfigValue> wrongElement(Kind<?> kind, ConfigValue value) {
        if (kind.isList() && value instanceof ConfigList list) {
            for (ConfigValue element : list) {
                if (text(element).flatMap(kind::read).isEmpty()) {
                    return Optional.of(element);
                }
            }
        }
        return Optional.empty();
    }

    /** What is written as a block was most likely meant as one. */
    private void unknown(String path, ConfigValue value, List<String> known) {
        String what = value instanceof ConfigObject ? "block" : "key";
        String nearest = NearestKey.of(path, known);
        problem(value, "no such " + what + ": " + shortened(path) + "; the nearest is " + nearest);
    }

    /** Whether there is a value: null takes one away, and what isn't resolved is a problem. */
    private boolean isSet(String path, ConfigValue value) {
        try {
            if (value instanceof ConfigObject object) {
                var _ = object.size(); // throws where valueType() doesn't
            }
            return value.valueType() != ConfigValueType.NULL;
        } catch (ConfigException.NotResolved e) {
            problem(
                    value,
                    path
                            + " is "
                            + shown(path, value)
                            + ", which refers to something that neither the file nor the"
                            + " environment defines");
            return false;
        }
    }

    private void problem(ConfigValue value, String text) {
        problems.add(Place.of(value).problem(text));
    }

    /** The texts of a list in one, or that of a single value. */
    private static Optional<String> texts(ConfigValue value) {
        if (!(value instanceof ConfigList list)) {
            return text(value);
        }
        List<String> texts = new ArrayList<>();
        for (ConfigValue element : list) {
            Optional<String> text = text(element);
            if (text.isEmpty()) {
                return Optional.empty();
            }
            texts.add(text.get());
        }
        return Optional.of(String.join(Kind.ELEMENT, texts));
    }

    /** The text of a single value as it was written. */
    private static Optional<String> text(ConfigValue value) {
        return switch (value.valueType()) {
            case STRING, NUMBER, BOOLEAN -> Optional.of(value.atKey("it").getString("it"));
            case OBJECT, LIST, NULL -> Optional.empty();
        };
    }

    private static String shown(String path, ConfigValue value) {
        return shortened(Secrets.shown(path, value.render(ConfigRenderOptions.concise())));
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "...";
    }

    /** A part of a path, in quotes where HOCON needs them. */
    private static String quoted(String name) {
        return ConfigUtil.joinPath(name);
    }
}
