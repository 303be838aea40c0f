/**
 * Many nodes as one: what a topic tells on one reaches its subscribers on all, over NATS. {@link
 * dev.myriad.cluster.NatsCluster} is the way in.
 */
@NullMarked
package dev.myriad.cluster;

import org.jspecify.annotations.NullMarked;
