@NullMarked
package dev.myriad.server;

import org.jspecify.annotations.NullMarked;
