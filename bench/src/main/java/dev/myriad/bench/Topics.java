package dev.myriad.bench;

/**
 * Which topic a client joins.
 *
 * @param count how many topics the clients are spread over
 */
record Topics(String name, int count) {
    static Topics one(String name) {
        return new Topics(name, 1);
    }

    String of(int client) {
        return count == 1 ? name : name + "-" + client % count;
    }
}
