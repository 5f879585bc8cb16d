package io.godwit.access.rules;

import io.godwit.broker.auth.Verdict;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rules in the order in which they are asked; those for single topics are looked up where there are
 * many. Immutable and safe for every thread.
 */
final class RuleTable {

    /** Rules beyond which those for single topics are looked up instead of compared. */
    private static final int COMPARED = 8;

    private final CompiledRule[] rules;

    /** The places of the rules to be compared, in their order. */
    private final int[] compared;

    /** The places of the other rules, by their topics. */
    private final Map<TopicName, int[]> byTopic;

    RuleTable(List<CompiledRule> rules) {
        this.rules = rules.toArray(new CompiledRule[0]);
        Map<TopicName, List<Integer>> exact = new HashMap<>();
        List<Integer> rest = new ArrayList<>();
        for (int i = 0; i < this.rules.length; i++) {
            TopicName only = this.rules[i].onlyTopic();
            if (only == null || this.rules.length <= COMPARED) {
                rest.add(i);
            } else {
                exact.computeIfAbsent(only, _ -> new ArrayList<>()).add(i);
            }
        }
        Map<TopicName, int[]> places = new HashMap<>();
        exact.forEach((topic, at) -> places.put(topic, ints(at)));
        this.byTopic = places.isEmpty() ? Map.of() : places;
        this.compared = ints(rest);
    }

    private static int[] ints(List<Integer> places) {
        return places.stream().mapToInt(Integer::intValue).toArray();
    }

    /** The first rule about one of these actions that matches a topic, or null. */
    @Nullable CompiledRule first(TopicName topic, int actions) {
        int found = rules.length;
        int[] places = byTopic.get(topic);
        if (places != null) {
            for (int place : places) {
                if (rules[place].isAbout(actions)) {
                    found = place;
                    break;
                }
            }
        }
        for (int place : compared) {
            if (place >= found) {
                break;
            }
            CompiledRule rule = rules[place];
            if (rule.isAbout(actions) && rule.matches(topic)) {
                return rule;
            }
        }
        return found == rules.length ? null : rules[found];
    }

    /** The first rule about SUBSCRIBE that covers all of a filter, or null. */
    @Nullable CompiledRule first(TopicFilter filter) {
        for (CompiledRule rule : rules) {
            if (rule.isAbout(Action.SUBSCRIBE.bit()) && rule.covers(filter)) {
                return rule;
            }
        }
        return null;
    }

    /** Whether a rule denies something about one of these actions. */
    boolean denies(int actions) {
        for (CompiledRule rule : rules) {
            if (!rule.isAllowed() && rule.isAbout(actions)) {
                return true;
            }
        }
        return false;
    }

    /** What a rule says, or what holds where there is none. */
    static Verdict verdict(@Nullable CompiledRule rule, Verdict otherwise) {
        return rule == null ? otherwise : rule.verdict();
    }
}
