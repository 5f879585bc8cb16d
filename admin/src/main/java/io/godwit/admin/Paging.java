package io.godwit.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.admin.http.BadRequest;
import io.godwit.admin.http.Request;
import io.godwit.broker.control.Page;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which page of a list is asked for.
 *
 * @param limit 1 to {@link Page#MOST}
 * @param after what the page before has said is next; null for the first
 */
record Paging(int limit, @Nullable String after) {

    private static final int STANDARD = 100;

    /** By the parameters {@code limit} and {@code after}. */
    static Paging of(Request request) throws BadRequest {
        String after = request.query("after");
        return new Paging(limit(request.query("limit")), after == null ? null : decoded(after));
    }

    private static int limit(@Nullable String text) throws BadRequest {
        if (text == null) {
            return STANDARD;
        }
        int limit = text.matches("\\d{1,4}") ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > Page.MOST) {
            throw new BadRequest(400, "limit takes a number from 1 to " + Page.MOST);
        }
        return limit;
    }

    private static String decoded(String after) throws BadRequest {
        try {
            return new String(Base64.getUrlDecoder().decode(after), UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw new BadRequest(400, "after takes what another page says in next");
        }
    }

    /** An answer with a page. */
    static <T> Map<String, @Nullable Object> content(
            String name, Page<T> page, Function<T, Map<String, @Nullable Object>> row) {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        page.items().forEach(item -> rows.add(row.apply(item)));
        String next = page.next();
        Map<String, @Nullable Object> content = new LinkedHashMap<>();
        content.put(name, rows);
        content.put(
                "next",
                next == null
                        ? null
                        : Base64.getUrlEncoder()
                                .withoutPadding()
                                .encodeToString(next.getBytes(UTF_8)));
        content.put("total", page.total());
        return content;
    }
}
