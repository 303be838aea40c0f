/** The one way of all lines to the log: nobody waits for it, floods it or forges it. */
@NullMarked
package dev.myriad.log;

import org.jspecify.annotations.NullMarked;
