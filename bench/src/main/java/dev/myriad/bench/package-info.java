@NullMarked
package dev.myriad.bench;

import org.jspecify.annotations.NullMarked;
