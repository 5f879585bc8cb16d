package io.godwit.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The set of properties as a value. */
class PropertiesTest {

    private static final UserProperty FIRST = new UserProperty("k", "1");
    private static final UserProperty SECOND = new UserProperty("k", "2");

    private static final Properties THREE =
            Properties.builder()
                    .add(Property.USER_PROPERTY, FIRST)
                    .add(Property.TOPIC_ALIAS, 3)
                    .add(Property.USER_PROPERTY, SECOND)
                    .build();

    @Test
    void keepsTheOrder() {
        assertThat(THREE.all(Property.USER_PROPERTY)).containsExactly(FIRST, SECOND);
        assertThat(THREE.get(Property.USER_PROPERTY)).isEqualTo(FIRST);
        assertThat(THREE.key(1)).isSameAs(Property.TOPIC_ALIAS);
        assertThat(THREE.value(1)).isEqualTo(3);
        assertThat(THREE.size()).isEqualTo(3);
    }

    @Test
    void answersForWhatIsAbsent() {
        assertThat(THREE.get(Property.CONTENT_TYPE)).isNull();
        assertThat(THREE.has(Property.CONTENT_TYPE)).isFalse();
        assertThat(THREE.getOrDefault(Property.RECEIVE_MAXIMUM, 65_535)).isEqualTo(65_535);
        assertThat(THREE.getOrDefault(Property.TOPIC_ALIAS, 9)).isEqualTo(3);
        assertThat(Properties.NONE.isEmpty()).isTrue();
        assertThat(Properties.builder().build()).isSameAs(Properties.NONE);
    }

    @Test
    void filtersInOrder() {
        Properties users = THREE.only(key -> key == Property.USER_PROPERTY);
        assertThat(users.all(Property.USER_PROPERTY)).containsExactly(FIRST, SECOND);
        assertThat(users.size()).isEqualTo(2);
        assertThat(THREE.only(_ -> true)).isSameAs(THREE);
        assertThat(THREE.only(_ -> false)).isSameAs(Properties.NONE);
    }

    @Test
    void comparesByContent() {
        Properties more =
                Properties.of(Property.USER_PROPERTY, FIRST).with(Property.TOPIC_ALIAS, 3);
        assertThat(more).isNotEqualTo(THREE);
        assertThat(more.with(Property.USER_PROPERTY, SECOND))
                .isEqualTo(THREE)
                .hasSameHashCodeAs(THREE);
        assertThat(Properties.of(Property.RECEIVE_MAXIMUM, 3))
                .isNotEqualTo(Properties.of(Property.TOPIC_ALIAS, 3));
    }

    @Test
    void readsWell() {
        assertThat(Properties.of(Property.TOPIC_ALIAS, 3)).hasToString("{Topic Alias: 3}");
    }
}
