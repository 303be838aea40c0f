package dev.myriad.pubsub;

import java.util.Map;

/**
 * All that there is to know of a topic whose values nodes share. Immutable.
 *
 * @param lasts the highest number of each node whose commands are done
 */
record SharedContent(StateContent content, Map<Long, Long> lasts) {}
