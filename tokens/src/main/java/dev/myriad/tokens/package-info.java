/** Signed tokens and sessions, the same as those of Phoenix and Plug. */
@NullMarked
package dev.myriad.tokens;

import org.jspecify.annotations.NullMarked;
