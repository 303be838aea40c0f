@NullMarked
package dev.myriad.tokens;

import org.jspecify.annotations.NullMarked;
