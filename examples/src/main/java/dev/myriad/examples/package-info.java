@NullMarked
package dev.myriad.examples;

import org.jspecify.annotations.NullMarked;
