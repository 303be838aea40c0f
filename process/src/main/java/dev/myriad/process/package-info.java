/**
 * Lightweight processes after the BEAM's model: one small object each, private state, one message
 * at a time, a thread only while there is mail. Start with {@link dev.myriad.process.Process}.
 */
@NullMarked
package dev.myriad.process;

import org.jspecify.annotations.NullMarked;
