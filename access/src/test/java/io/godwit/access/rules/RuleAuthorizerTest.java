package io.godwit.access.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.access.rules.Rule.Placeholders;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.Network;
import io.godwit.broker.auth.Origin;
import io.godwit.broker.auth.Permissions;
import io.godwit.broker.auth.Permit;
import io.godwit.broker.auth.Verdict;
import io.godwit.broker.simulation.Packets;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of the configuration: which of them decides, and for whom they are. */
class RuleAuthorizerTest {

    private static final Origin ORIGIN = from("192.168.1.7");
    private static final Identity CLIENT = new Identity("c1", "alice");

    private final List<Rule> rules = new ArrayList<>();

    private static Origin from(String address) {
        return Origin.tcp("tcp", InetAddress.ofLiteral(address), 1);
    }

    private RuleAuthorizerTest allow(String filter, Action... actions) {
        return add(true, filter, Who.ANYBODY, 2, actions);
    }

    private RuleAuthorizerTest deny(String filter, Action... actions) {
        return add(false, filter, Who.ANYBODY, 2, actions);
    }

    private RuleAuthorizerTest add(
            boolean isAllowed, String filter, Who who, int qos, Action... actions) {
        rules.add(
                new Rule(
                        isAllowed,
                        actions.length == 0 ? Action.ALL : Set.of(actions),
                        filter,
                        Placeholders.ONE_LEVEL,
                        who,
                        qos,
                        "conf:" + (rules.size() + 1)));
        return this;
    }

    private Permissions permissions() {
        return permissions(CLIENT, ORIGIN);
    }

    private Permissions permissions(Identity client, Origin origin) {
        return new RuleAuthorizer(rules, null, null, false).permissionsOf(client, origin);
    }

    private static boolean publishes(Permissions permissions, String topic) {
        return permissions.publish(Packets.topic(topic), 0, false).isAllowed();
    }

    private static Verdict published(Permissions permissions, String topic, boolean retain) {
        return permissions.publish(Packets.topic(topic), 0, retain);
    }

    private static boolean receives(Permissions permissions, String topic) {
        return permissions.receive(Packets.topic(topic)).isAllowed();
    }

    private static boolean subscribes(Permissions permissions, String filter) {
        return permissions.subscribe(Packets.filter(filter)).isAllowed();
    }

    @Test
    void withoutRulesEverythingIsAllowedButPublishingOnTheServersTopics() {
        assertThat(permissions().receivesAll()).isTrue();
        assertThat(publishes(permissions(), "a")).isTrue();
        assertThat(publishes(permissions(), "$SYS/x")).isFalse();
        assertThat(subscribes(permissions(), "$SYS/#")).isTrue();
    }

    @Test
    void withARuleWhatNoneMatchesIsDenied() {
        allow("a/#");
        assertThat(publishes(permissions(), "a/b")).isTrue();
        assertThat(published(permissions(), "b", false))
                .isEqualTo(new Verdict(false, 0, "no rule matches"));
    }

    /** Of a client that has not come back since a restart only the names are known. */
    @Test
    void whatIsNotKnownFitsARuleThatAllowsAndNoneThatDenies() {
        Network network = Network.parse("10.0.0.0/8");
        Who there = new Who(null, false, null, null, network, null);
        add(false, "a/1", there, 2);
        add(true, "a/#", new Who(new Glob("alice"), false, null, "admins", null, null), 2);
        add(true, "b", new Who(new Glob("bob"), false, null, "admins", null, null), 2);
        add(true, "c", new Who(null, false, null, null, null, "tls"), 2);
        deny("d");
        add(true, "d", there, 2);
        Permissions unknown = permissions(CLIENT, Origin.UNKNOWN);
        assertThat(publishes(unknown, "a/1")).isTrue();
        assertThat(publishes(unknown, "a/2")).isTrue();
        assertThat(publishes(unknown, "b")).isFalse(); // of another user, whatever the groups are
        assertThat(publishes(unknown, "c")).isTrue();
        assertThat(publishes(unknown, "d")).isFalse();
        assertThat(publishes(unknown, "e")).isFalse();
        Permissions known =
                permissions(CLIENT, new Origin("", null, 0, false, List.of(), null, Map.of()));
        assertThat(publishes(known, "a/2")).isFalse(); // it is known not to be in the group
        assertThat(publishes(known, "c")).isFalse();
    }

    @Test
    void theDefaultDecidesWhereItIsSet() {
        deny("a/#");
        Permissions open =
                new RuleAuthorizer(rules, null, true, false).permissionsOf(CLIENT, ORIGIN);
        assertThat(publishes(open, "b")).isTrue();
        assertThat(publishes(open, "a/b")).isFalse();
        assertThat(open.receivesAll()).isFalse();
        Permissions closed =
                new RuleAuthorizer(List.of(), null, false, false).permissionsOf(CLIENT, ORIGIN);
        assertThat(published(closed, "b", false).rule())
                .isEqualTo("no rule matches; authorization.default = deny");
        assertThat(closed.receivesAll()).isFalse();
    }

    @Test
    void theFirstThatMatchesDecides() {
        deny("a/secret").allow("a/#").deny("a/b");
        assertThat(published(permissions(), "a/secret", false))
                .isEqualTo(new Verdict(false, 0, "conf:1"));
        assertThat(published(permissions(), "a/b", false))
                .isEqualTo(new Verdict(true, 2, "conf:2"));
    }

    @Test
    void theFirstThatMatchesDecidesAmongManyToo() {
        for (int i = 0; i < 100; i++) {
            deny("t/" + i, Action.SUBSCRIBE).allow("t/" + i);
        }
        deny("t/#").allow("t/200");
        Permissions permissions = permissions();
        for (int i = 0; i < 100; i++) {
            assertThat(published(permissions, "t/" + i, false).rule())
                    .isEqualTo("conf:" + (2 * i + 2));
            assertThat(receives(permissions, "t/" + i)).isFalse();
        }
        assertThat(published(permissions, "t/200", false).rule()).isEqualTo("conf:201");
    }

    @Test
    void publishingOnTheServersTopicsIsDeniedWhateverTheRulesAre() {
        allow("$SYS/#").allow("#");
        assertThat(publishes(permissions(), "$SYS/x")).isFalse();
        assertThat(permissions().will(Packets.topic("$SYS/x"), 0, false).isAllowed()).isFalse();
        assertThat(receives(permissions(), "$SYS/x")).isTrue();
        rules.removeFirst();
        assertThat(receives(permissions(), "$SYS/x")).isFalse();
    }

    @Test
    void retainNeedsPublishAsWell() {
        allow("a/#", Action.PUBLISH).deny("a/b", Action.RETAIN).allow("c", Action.RETAIN);
        assertThat(published(permissions(), "a/b", false).rule()).isEqualTo("conf:1");
        assertThat(published(permissions(), "a/b", true))
                .isEqualTo(new Verdict(false, 0, "conf:2"));
        assertThat(published(permissions(), "a/c", true).isAllowed()).isTrue();
        assertThat(published(permissions(), "c", true).isAllowed()).isFalse();
    }

    @Test
    void aWillIsAllowedByEitherAndDeniedByEither() {
        allow("w", Action.WILL)
                .deny("p", Action.PUBLISH)
                .allow("#", Action.PUBLISH)
                .deny("x", Action.WILL)
                .allow("p", Action.WILL);
        Permissions permissions = permissions();
        assertThat(will(permissions, "w", false).rule()).isEqualTo("conf:1");
        assertThat(will(permissions, "p", false).rule()).isEqualTo("conf:2");
        assertThat(will(permissions, "other", true).rule()).isEqualTo("conf:3");
        assertThat(will(permissions, "x", false).rule()).isEqualTo("conf:4");
        deny("other", Action.RETAIN);
        assertThat(will(permissions(), "other", true).rule()).isEqualTo("conf:6");
        assertThat(will(permissions(), "other", false).rule()).isEqualTo("conf:3");
    }

    private static Verdict will(Permissions permissions, String topic, boolean retain) {
        return permissions.will(Packets.topic(topic), 0, retain);
    }

    @Test
    void whatMayBeSubscribedToIsReceivedUnlessThatIsDenied() {
        allow("a/#", Action.SUBSCRIBE).deny("a/b", Action.RECEIVE).allow("r", Action.RECEIVE);
        Permissions permissions = permissions();
        assertThat(subscribes(permissions, "a/#")).isTrue();
        assertThat(receives(permissions, "a/c")).isTrue();
        assertThat(receives(permissions, "a/b")).isFalse();
        assertThat(receives(permissions, "r")).isTrue();
        assertThat(subscribes(permissions, "r")).isFalse();
    }

    @Test
    void aSubscriptionIsAllowedByARuleThatCoversAllOfIt() {
        deny("a/secret").allow("a/+", Action.SUBSCRIBE).deny("b/#").allow("b/c");
        Permissions permissions = permissions();
        assertThat(subscribes(permissions, "a/+")).isTrue();
        assertThat(receives(permissions, "a/secret")).isFalse();
        assertThat(subscribes(permissions, "a/secret")).isFalse();
        assertThat(subscribes(permissions, "a/#")).isFalse();
        assertThat(subscribes(permissions, "#")).isFalse();
        assertThat(subscribes(permissions, "b/c")).isFalse();
        assertThat(subscribes(permissions, "$share/group/a/+")).isTrue();
        assertThat(subscribes(permissions, "$share/group/a/#")).isFalse();
        assertThat(subscribes(permissions, "$queue/a/+")).isTrue();
    }

    @Test
    void theCeilingIsThatOfTheRuleThatDecides() {
        add(true, "a/0", Who.ANYBODY, 0).add(true, "a/#", Who.ANYBODY, 1);
        Permissions permissions = permissions();
        assertThat(published(permissions, "a/0", false).maximumQos()).isZero();
        assertThat(published(permissions, "a/b", false).maximumQos()).isEqualTo(1);
        assertThat(permissions.subscribe(Packets.filter("a/#")).maximumQos()).isEqualTo(1);
        assertThat(permissions.subscribe(Packets.filter("a/0")).maximumQos()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "devices/%c/#, devices/c1/x, true",
        "devices/%c/#, devices/c2/x, false",
        "devices/%c/#, devices/%c/x, false",
        "users/%u/dev-%c, users/alice/dev-c1, true",
        "users/%u/dev-%c, users/bob/dev-c1, false",
        "%c, c1, true",
    })
    void namesStandForPlaceholders(String filter, String topic, boolean isAllowed) {
        allow(filter);
        assertThat(publishes(permissions(), topic)).isEqualTo(isAllowed);
        assertThat(subscribes(permissions(), topic)).isEqualTo(isAllowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"+", "#", "a/b", "a+", "#x", "$SYS", ""})
    void noNameWidensARule(String name) {
        allow("%u/#").allow("x/%c/y");
        for (Identity client : List.of(new Identity(name, "u"), new Identity("c", name))) {
            Permissions permissions = permissions(client, ORIGIN);
            for (String topic : List.of("a/b", "a/b/c", "a", "$SYS/x", "/x", "x/a/b/y", "x//y")) {
                assertThat(receives(permissions, topic)).as(topic).isFalse();
            }
            assertThat(subscribes(permissions, "#")).isFalse();
            assertThat(subscribes(permissions, "x/+/y")).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"+", "#", "a/b", "a+", ""})
    void noNameNarrowsADenial(String name) {
        deny("x/%c/secret").allow("#");
        Permissions permissions = permissions(new Identity(name, "u"), ORIGIN);
        assertThat(receives(permissions, "x/a/b/secret")).isFalse();
        assertThat(receives(permissions, "x/any")).isFalse();
        assertThat(receives(permissions, "y")).isTrue();
    }

    @Test
    void aRuleWithAUserNameIsForThoseWhoHaveOne() {
        allow("users/%u").deny("%u/x").allow("y/x");
        Permissions permissions = permissions(new Identity("c", null), ORIGIN);
        assertThat(publishes(permissions, "users/")).isFalse();
        assertThat(publishes(permissions, "y/x")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "alice, -, -, -, -, true",
                "ali*, c*, -, -, -, true",
                "*, *1, -, -, -, true",
                "bob, -, -, -, -, false",
                "-, c2, -, -, -, false",
                "-, -, staff, -, -, true",
                "-, -, guests, -, -, false",
                "-, -, -, 192.168.0.0/16, -, true",
                "-, -, -, 192.168.1.7, -, true",
                "-, -, -, 192.168.2.0/24, -, false",
                "-, -, -, ::/0, -, false",
                "-, -, -, 0.0.0.0/0, -, true",
                "-, -, -, -, tcp, true",
                "-, -, -, -, tls, false",
                "alice, c1, staff, 192.168.1.0/24, tcp, true",
                "alice, c1, staff, 192.168.1.0/24, tls, false",
            })
    void aRuleIsForThoseWhoFitAllOfIt(
            @Nullable String user,
            @Nullable String clientId,
            @Nullable String group,
            @Nullable String address,
            @Nullable String listener,
            boolean isFor) {
        Who who =
                new Who(
                        user == null ? null : new Glob(user),
                        false,
                        clientId == null ? null : new Glob(clientId),
                        group,
                        address == null ? null : Network.parse(address),
                        listener);
        add(true, "a", who, 2);
        Identity client = new Identity("c1", "alice", Set.of("staff"), List.of());
        assertThat(publishes(permissions(client, ORIGIN), "a")).isEqualTo(isFor);
    }

    @Test
    void everyUserIsNobodyWithoutAName() {
        add(true, "a", new Who(new Glob("*"), false, null, null, null, null), 2);
        assertThat(publishes(permissions(new Identity("c", null), ORIGIN), "a")).isFalse();
        assertThat(publishes(permissions(new Identity("c", ""), ORIGIN), "a")).isTrue();
    }

    @Test
    void whatAClientBringsAlongComesFirst() {
        deny("a/#").allow("#");
        Identity client =
                new Identity(
                        "c1",
                        "alice",
                        Set.of(),
                        List.of(
                                new Permit(true, Permit.Action.PUBLISH, "a/%u"),
                                new Permit(false, Permit.Action.ALL, "b")));
        Permissions permissions = permissions(client, ORIGIN);
        assertThat(published(permissions, "a/alice", true).rule())
                .isEqualTo("its own permit for 'a/%u'");
        assertThat(receives(permissions, "a/alice")).isFalse();
        assertThat(publishes(permissions, "b")).isFalse();
        assertThat(publishes(permissions, "c")).isTrue();
    }

    @Test
    void whoBringsPermitsAlongMayNothingElseWhereNoRulesAre() {
        Identity client =
                new Identity(
                        "c1",
                        null,
                        Set.of(),
                        List.of(new Permit(true, Permit.Action.SUBSCRIBE, "mine/#")));
        Permissions permissions = permissions(client, ORIGIN);
        assertThat(receives(permissions, "mine/x")).isTrue();
        assertThat(subscribes(permissions, "mine/#")).isTrue();
        assertThat(publishes(permissions, "mine/x")).isFalse();
        assertThat(subscribes(permissions, "#")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/#/b", "$share/g/a", "x+"})
    void aPermitThatIsNotValidAllowsNothingAndDeniesAll(String filter) {
        for (boolean isAllowed : new boolean[] {true, false}) {
            rules.clear();
            allow("a");
            var permits = List.of(new Permit(isAllowed, Permit.Action.ALL, filter));
            Permissions permissions =
                    permissions(new Identity("c", null, Set.of(), permits), ORIGIN);
            assertThat(publishes(permissions, "a")).isEqualTo(isAllowed);
            assertThat(publishes(permissions, "b")).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a*c, abc, true",
        "a*c, ac, true",
        "a*c, abcd, false",
        "*, '', true",
        "*b*, abc, true",
        "**b, aab, true",
        "a, '', false",
        "'', '', true",
        "a.c, abc, false",
        "*ab, aab, true",
    })
    void aStarStandsForAnyCharacters(String glob, String name, boolean matches) {
        assertThat(new Glob(glob).matches(name)).isEqualTo(matches);
    }
}
