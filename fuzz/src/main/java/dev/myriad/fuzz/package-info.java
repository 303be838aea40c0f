/** Tries every parser on made-up inputs, and the HTTP reader beside those of others. */
@NullMarked
package dev.myriad.fuzz;

import org.jspecify.annotations.NullMarked;
