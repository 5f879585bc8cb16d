package io.godwit.server.mosquitto;

import io.godwit.server.configuration.Problem;
import io.godwit.server.configuration.Setting;
import io.godwit.server.configuration.TranslatedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A working directory with Mosquitto's files. */
record MosquittoFolder(Path directory) {

    void write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text);
    }

    /** Translates {@code mosquitto.conf} with this text, on a machine without IPv6. */
    TranslatedFile translate(String text) throws IOException {
        write("mosquitto.conf", text);
        return MosquittoConfiguration.translate(Path.of("mosquitto.conf"), directory, false);
    }

    /** What it sets, by our keys. */
    Map<String, String> settings(String text) throws IOException {
        Map<String, String> settings = new TreeMap<>();
        for (Setting setting : translate(text).settings()) {
            settings.put(setting.path(), setting.text());
        }
        return settings;
    }

    /** What is wrong with it, without this directory's name. */
    List<String> problems(String text) throws IOException {
        return lines(translate(text).problems());
    }

    /** What has no effect in it, without this directory's name. */
    List<String> notices(String text) throws IOException {
        return lines(translate(text).notices());
    }

    private List<String> lines(List<Problem> problems) {
        return problems.stream()
                .map(problem -> problem.toString().replace(directory + "/", ""))
                .toList();
    }
}
