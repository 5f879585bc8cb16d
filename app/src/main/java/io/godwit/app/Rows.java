package io.godwit.app;

import io.godwit.admin.http.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a list of the broker is printed: how much of it, and in which form. */
final class Rows {

    private static final int PAGE = 1_000;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many to show, ${DEFAULT-VALUE} by default; 0 for all.")
    private int limit;

    @Option(names = "--json", description = "Prints each as an object in JSON, one a line.")
    private boolean json;

    /**
     * Prints a list, page by page.
     *
     * @param path that asks for it
     * @param parameters of the query; null for those that were not given
     * @param name the key of the list in the answer
     * @param line what is printed of an element, if it is not JSON
     */
    void print(
            AdminClient client,
            String path,
            Map<String, @Nullable String> parameters,
            String name,
            Function<Map<?, ?>, String> line,
            PrintWriter out)
            throws IOException {
        int left = limit == 0 ? Integer.MAX_VALUE : limit;
        String after = null;
        while (true) {
            Map<String, @Nullable String> query = new LinkedHashMap<>(parameters);
            query.put("limit", String.valueOf(Math.min(left, PAGE)));
            query.put("after", after);
            var page = client.get(path + query(query));
            List<?> rows = page.get(name) instanceof List<?> list ? list : List.of();
            for (Object row : rows) {
                if (row instanceof Map<?, ?> map) {
                    out.println(json ? asJson(map) : line.apply(map));
                }
            }
            left -= rows.size();
            after = page.get("next") instanceof String next ? next : null;
            if (after == null || rows.isEmpty()) {
                return;
            }
            if (left <= 0) {
                if (!json) {
                    out.printf("... of %s; --limit 0 shows all.%n", page.get("total"));
                }
                return;
            }
        }
    }

    /** Whether JSON is wanted. */
    boolean isJson() {
        return json;
    }

    static String asJson(Map<?, ?> map) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        map.forEach((key, value) -> object.put(String.valueOf(key), value));
        return new String(Json.write(object), StandardCharsets.UTF_8);
    }

    private static String query(Map<String, @Nullable String> parameters) {
        List<String> pairs = new ArrayList<>();
        parameters.forEach((key, value) -> {
            if (value != null) {
                pairs.add(key + "=" + AdminClient.encoded(value));
            }
        });
        return "?" + String.join("&", pairs);
    }
}
