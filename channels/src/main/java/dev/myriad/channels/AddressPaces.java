package dev.myriad.channels;

import dev.myriad.net.Network;
import dev.myriad.net.engine.LimitCounter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How often the clients of each address did something in the second under way. Thread-safe, without
 * locks but those of the map's bins.
 *
 * <p>The counts of a second are dropped together when the next one begins. Beyond {@link
 * dev.myriad.net.Limit#ADDRESSES_COUNTED_MAX} in one second further addresses are not counted: no
 * single attacker has so many, and what holds then are the limits of connects and joins in all.
 */
final class AddressPaces {
    private record Second(long number, Map<Network, AtomicInteger> counts) {
        Second(long number) {
            this(number, new ConcurrentHashMap<>());
        }
    }

    private final int max;
    private final int addressesMax;
    private final LimitCounter addressesCounter;
    private volatile Second present = new Second(-1);

    /**
     * @param max of one address in a second; 0 = any number
     * @param addressesMax that are counted in a second
     * @param addressesCounter hears of each that is not
     */
    AddressPaces(int max, int addressesMax, LimitCounter addressesCounter) {
        this.max = max;
        this.addressesMax = addressesMax;
        this.addressesCounter = addressesCounter;
    }

    boolean isOff() {
        return max == 0;
    }

    /** One more; false if the address has had enough. */
    boolean take(long second, Network address) {
        Second now = present;
        if (now.number < second) {
            now = new Second(second); // if two threads make one each, the counts of one are lost
            present = now;
        }
        AtomicInteger count = now.counts.get(address);
        if (count == null) {
            if (now.counts.size() >= addressesMax) {
                addressesCounter.exceeded();
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
