package org.trestle.turn.net;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Things that have all the same time for something, in the order in which their time ends. */
final class Deadlines<T> {

    private final long nanos;
    private final LinkedHashMap<T, Long> ends = new LinkedHashMap<>();

    Deadlines(long nanos) {
        this.nanos = nanos;
    }

    /** From now on the thing has its time, even if it had begun before. */
    void start(T thing, long now) {
        ends.remove(thing);
        ends.put(thing, now + nanos);
    }

    void stop(T thing) {
        ends.remove(thing);
    }

    /** Takes out those whose time is over. */
    List<T> expired(long now) {
        List<T> expired = new ArrayList<>();
        Iterator<Map.Entry<T, Long>> oldest = ends.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<T, Long> next = oldest.next();
            if (next.getValue() - now > 0) {
                break;
            }
            expired.add(next.getKey());
            oldest.remove();
        }
        return expired;
    }

    long nanos() {
        return nanos;
    }

    /** Those whose time runs. */
    List<T> all() {
        return List.copyOf(ends.keySet());
    }
}
