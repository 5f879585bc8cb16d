package io.godwit.broker.protection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.broker.auth.Network;
import io.godwit.broker.protection.Ban.Target;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Targets and the list of bans. */
class BanListTest {

    private static final long NOW = 1_000_000;

    private final BanList bans = new BanList();

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }

    private static Target target(
            @Nullable String network, @Nullable String user, @Nullable String clientId) {
        return new Target(network == null ? null : Network.parse(network), user, clientId);
    }

    private void add(Target target) {
        assertThat(bans.add(new Ban(target, Ban.FOREVER, "reason"), NOW)).isTrue();
    }

    private boolean hits(String address, @Nullable String user, String clientId) {
        return bans.find(address(address), user, clientId, NOW) != null;
    }

    // --- targets --------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "*, anything, true",
        "a*, a, true",
        "a*, abc, true",
        "a*, ba, false",
        "*a, bba, true",
        "*a, ab, false",
        "a*c, ac, true",
        "a*c, abc, true",
        "a*c, abcd, false",
        "a*a, a, false",
        "*x*y*, axbyc, true",
        "*x*y*, aybxc, false",
        "a**b, axb, true",
        "*ab*ab*, abab, true",
        "*ab*ab*, aba, false"
    })
    void patternsMatch(String pattern, String clientId, boolean matches) {
        assertThat(target(null, null, pattern).covers(null, null, clientId)).isEqualTo(matches);
        add(target(null, null, pattern));
        assertThat(hits("1.2.3.4", null, clientId)).isEqualTo(matches);
    }

    @Test
    void banNeedsATarget() {
        assertThatThrownBy(() -> target(null, null, null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void allThatIsGivenHasToApply() {
        add(target("10.0.0.0/8", "u", null));
        add(target(null, "v", "c"));
        add(target("10.0.0.0/16", "w", "c*"));
        assertThat(hits("10.9.9.9", "u", "any")).isTrue();
        assertThat(hits("11.9.9.9", "u", "any")).isFalse();
        assertThat(hits("10.9.9.9", null, "any")).isFalse();
        assertThat(hits("11.9.9.9", "v", "c")).isTrue();
        assertThat(hits("11.9.9.9", "v", "d")).isFalse();
        assertThat(hits("10.0.1.1", "w", "cc")).isTrue();
        assertThat(hits("10.1.1.1", "w", "cc")).isFalse();
        assertThat(bans.find(address("10.9.9.9"), NOW)).isNull();
        assertThat(bans.find(null, "v", "c", NOW)).isNotNull();
        assertThat(bans.find(null, "u", "c", NOW)).isNull();
    }

    @Test
    void addressIsFoundInNetworksOfAnySize() {
        add(target("10.0.0.0/8", null, null));
        add(target("192.0.2.7", null, null));
        add(target("2001:db8::/32", null, null));
        for (String banned : List.of("10.1.2.3", "192.0.2.7", "2001:db8:1::1")) {
            assertThat(bans.find(address(banned), NOW)).as(banned).isNotNull();
            assertThat(hits(banned, null, "c")).as(banned).isTrue();
        }
        for (String free : List.of("11.1.2.3", "192.0.2.8", "2001:db9::1")) {
            assertThat(bans.find(address(free), NOW)).as(free).isNull();
        }
    }

    // --- time and room --------------------------------------------------------------------------

    @Test
    void banEndsByItself() {
        Target target = target(null, "u", null);
        bans.add(new Ban(target, NOW + 10, "for a moment"), NOW);
        assertThat(bans.find(null, "u", "c", NOW + 9)).isNotNull();
        assertThat(bans.find(null, "u", "c", NOW + 10)).isNull();
        assertThat(bans.all(NOW + 9)).hasSize(1);
        assertThat(bans.all(NOW + 10)).isEmpty();
    }

    @Test
    void banReplacesOneWithTheSameTarget() {
        for (String clientId : List.of("c", "c*")) {
            Target target = target(null, null, clientId);
            bans.add(new Ban(target, NOW + 10, "first"), NOW);
            bans.add(new Ban(target, NOW + 20, "second"), NOW);
            assertThat(bans.all(NOW)).extracting(Ban::reason).containsExactly("second");
            assertThat(bans.remove(target)).isTrue();
            assertThat(bans.remove(target)).isFalse();
            assertThat(bans.isEmpty()).isTrue();
        }
    }

    @Test
    void thereIsALimitThatLeavesRoomForAnOperator() {
        for (int i = 0; i < BanList.MOST; i++) {
            Ban ban = new Ban(target(null, "u" + i, null), NOW + 10_000, "");
            assertThat(bans.addAutomatic(ban, NOW)).isEqualTo(i < BanList.MOST_AUTOMATIC);
            assertThat(bans.add(ban, NOW)).isTrue();
        }
        Ban more = new Ban(target(null, "more", null), Ban.FOREVER, "");
        assertThat(bans.add(more, NOW)).isFalse();
        assertThat(bans.add(new Ban(target(null, "u0", null), Ban.FOREVER, ""), NOW)).isTrue();
        assertThat(bans.add(more, NOW + 10_000)).isTrue(); // the others have ended
        assertThat(bans.all(NOW + 10_000)).hasSize(2);
    }

    @Test
    void patternsHaveALimitOfTheirOwn() {
        for (int i = 0; i < BanList.MOST_PATTERNS; i++) {
            add(target(null, null, "a" + i + "*"));
        }
        Ban more = new Ban(target(null, null, "b*"), Ban.FOREVER, "");
        assertThat(bans.add(more, NOW)).isFalse();
        add(target(null, null, "b"));
    }

    @Test
    void changesAreTold() {
        int[] told = new int[1];
        bans.whenChanged(() -> told[0]++);
        add(target(null, "u", null));
        bans.remove(target(null, "nobody", null));
        bans.remove(target(null, "u", null));
        assertThat(told[0]).isEqualTo(2);
    }

    @Test
    void textsOfOthersDoNotForgeLogLines() {
        Ban ban = new Ban(target(null, "u\nINFO all is well", "c\u202e"), Ban.FOREVER, "x\ny");
        assertThat(ban.target().toString() + ban.why()).doesNotContain("\n", "\u202e");
    }
}
