/**
 * What a lightweight process costs and how fast processes talk: {@code bench processes}. Each trial
 * runs in a JVM of its own.
 */
@NullMarked
package dev.myriad.bench.processes;

import org.jspecify.annotations.NullMarked;
