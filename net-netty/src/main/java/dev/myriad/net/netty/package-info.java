@NullMarked
package dev.myriad.net.netty;

import org.jspecify.annotations.NullMarked;
