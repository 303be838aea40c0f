package dev.myriad.pubsub;

import java.util.Map;

/**
 * All that there is to know of a topic whose values nodes share. Immutable.
 *
 * @param lasts the highest number of each node whose commands are done
 * @param trace over all commands that are done, in their order: who has done others, or in another
 *     order, has another one
 */
record SharedContent(StateContent content, Map<Long, Long> lasts, long trace) {}
