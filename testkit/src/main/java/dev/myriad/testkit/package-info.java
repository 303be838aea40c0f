/**
 * What tests use: {@link dev.myriad.testkit.ChannelTest} and {@link dev.myriad.testkit.ChannelUnit}
 * for channels, {@link dev.myriad.testkit.Simulation} for processes, {@link
 * dev.myriad.testkit.Conformance} for servers on the wire, {@link dev.myriad.testkit.Mutator} for
 * parsers.
 */
@NullMarked
package dev.myriad.testkit;

import org.jspecify.annotations.NullMarked;
