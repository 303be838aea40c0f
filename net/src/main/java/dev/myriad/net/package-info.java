@NullMarked
package dev.myriad.net;

import org.jspecify.annotations.NullMarked;
