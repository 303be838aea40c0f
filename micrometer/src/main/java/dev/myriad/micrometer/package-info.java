/** The counters of an endpoint and of processes as Micrometer's meters. */
@NullMarked
package dev.myriad.micrometer;

import org.jspecify.annotations.NullMarked;
