@NullMarked
package io.godwit.admin.dashboard;

import org.jspecify.annotations.NullMarked;
