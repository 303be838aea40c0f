@NullMarked
package dev.myriad.testkit;

import org.jspecify.annotations.NullMarked;
