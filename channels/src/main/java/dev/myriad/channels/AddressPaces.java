package dev.myriad.channels;

import dev.myriad.net.Network;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How often the clients of each address did something in the second under way. Thread-safe, without
 * locks but those of the map's bins.
 *
 * <p>The counts of a second are dropped together when the next one begins. Beyond {@link
 * #ADDRESSES_MAX} in one second further addresses are not counted: so many are no single attacker,
 * and what holds then is the limit of admissions.
 */
final class AddressPaces {
    static final int ADDRESSES_MAX = 100_000;

    private record Second(long number, Map<Network, AtomicInteger> counts) {
        Second(long number) {
            this(number, new ConcurrentHashMap<>());
        }
    }

    private final int max;
    private volatile Second present = new Second(-1);

    /**
     * @param max of one address in a second; 0 = any number
     */
    AddressPaces(int max) {
        this.max = max;
    }

    boolean isOff() {
        return max == 0;
    }

    /** One more; false if the address has had enough. */
    boolean take(long second, Network address) {
        Second now = present;
        if (now.number < second) {
            now = new Second(second); // two threads may make one each: then one of both counts
            present = now;
        }
        AtomicInteger count = now.counts.get(address);
        if (count == null) {
            if (now.counts.size() >= ADDRESSES_MAX) {
                return true;
            }
            count = now.counts.computeIfAbsent(address, _ -> new AtomicInteger());
        }
        return count.get() < max && count.incrementAndGet() <= max;
    }

    /** Addresses that are counted now. */
    int addresses() {
        return present.counts.size();
    }
}
