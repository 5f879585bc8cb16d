package io.godwit.server.mosquitto;

import io.godwit.server.configuration.Problem;
import io.godwit.server.configuration.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns who may connect, and what clients may do, into settings of ours. For one thread. */
final class AccessTranslation {

    /** A value of a listener, and the line that says so, if one does. */
    private record Value(String text, Optional<Directive> line) {}

    private final MosquittoLines lines;
    private final String file;
    private final List<Problem> problems;
    private final List<Setting> settings = new ArrayList<>();

    AccessTranslation(MosquittoLines lines, String file, List<Problem> problems) {
        this.lines = lines;
        this.file = file;
        this.problems = problems;
    }

    /** The settings; what can't be translated is added to the problems. */
    List<Setting> settings() {
        translate("allow_anonymous", "authentication.anonymous", "anonymous");
        translate("password_file", "authentication.password-file", "password-file");
        translate("acl_file", "authorization.acl-file", "acl-file");
        clientIds();
        if (settings.stream().anyMatch(it -> it.path().equals("authorization.acl-file"))) {
            standard("authorization.mosquitto-semantics", "true");
        }
        return settings;
    }

    private void standard(String path, String text) {
        settings.add(new Setting(path, text, file, 0, "Mosquitto's way"));
    }

    /**
     * Ours holds for all listeners, and refuses the client instead of renaming it. One without a
     * user name would be free to choose.
     */
    private void clientIds() {
        List<Directive> bound = new ArrayList<>();
        for (ListenerLines listener : lines.listeners()) {
            Optional<Directive> line = listener.find("use_username_as_clientid");
            if (Translation.truth(line, problems).orElse(false)) {
                line.ifPresent(bound::add);
            }
        }
        if (bound.isEmpty()) {
            return;
        }
        Directive line = bound.getFirst();
        if (bound.size() < lines.listeners().size()) {
            problems.add(line.problem("refused: it must hold for all listeners, or for none"));
        } else if (settings.stream()
                .anyMatch(it -> it.path().endsWith("anonymous") && it.text().equals("true"))) {
            problems.add(line.problem("refused: it needs allow_anonymous false"));
        } else {
            settings.add(line.setting("authentication.client-id", "user-name"));
        }
    }

    /** What holds for all listeners stands above them, also where it was said of each. */
    private void translate(String key, String ours, String ofListener) {
        if (lines.listeners().isEmpty()) {
            set(ours, value(null, key));
            return;
        }
        List<Value> values = lines.listeners().stream().map(it -> value(it, key)).toList();
        if (values.stream().map(Value::text).distinct().count() == 1) {
            set(ours, values.getFirst());
            return;
        }
        for (int i = 0; i < values.size(); i++) {
            set(lines.listeners().get(i).path(ofListener), values.get(i));
        }
    }

    private void set(String path, Value value) {
        if (value.text().isEmpty()) {
            return;
        }
        value.line()
                .ifPresentOrElse(
                        it -> settings.add(it.setting(path, value.text())),
                        () -> standard(path, value.text()));
    }

    private Value value(@Nullable ListenerLines listener, String key) {
        Optional<Directive> line = line(listener, key);
        if (!key.equals("allow_anonymous")) {
            return new Value(line.map(Directive::value).orElse(""), line);
        }
        String standard = Boolean.toString(lines.isLocal());
        return new Value(
                Translation.truth(line, problems).map(Object::toString).orElse(standard), line);
    }

    private Optional<Directive> line(@Nullable ListenerLines listener, String key) {
        if (listener == null) {
            return lines.findSecurity(key);
        }
        if (key.equals("allow_anonymous")
                && listener.find("listener_allow_anonymous").isPresent()) {
            return listener.find("listener_allow_anonymous");
        }
        // Lines before the first listener line are the default listener's, and nobody else's.
        return lines.isPerListener() && listener.start() != null
                ? listener.find(key)
                : lines.findSecurity(key);
    }
}
