package org.trestle.xmpp.route;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.jid.Jid;

/**
 * Whose presence was delivered to whom on this node as available, both ways round. Each audience remembers a bounded
 * number. Any thread.
 */
final class PresenceLedger {

    /**
     * Who was told.
     *
     * @param audience {@link org.trestle.xmpp.session.Endpoint#audience}
     * @param to the address by which it was told
     */
    record Told(String audience, Jid to) {}

    private record Heard(Sender from, Jid to) {}

    private final Map<Sender, Set<Told>> told = new ConcurrentHashMap<>();
    private final Map<String, Set<Heard>> heard = new ConcurrentHashMap<>();
    private final int most;

    /** {@code most}: addresses that one audience remembers. */
    PresenceLedger(int most) {
        this.most = most;
    }

    /** False when the audience remembers as many as it may already. */
    boolean add(Sender from, Told receiver) {
        Heard entry = new Heard(from, receiver.to);
        Set<Heard> had = heard.get(receiver.audience);
        if (had != null && had.size() >= most && !had.contains(entry)) {
            return false;
        }
        heard.compute(receiver.audience, (audience, entries) -> with(entries, entry));
        told.compute(from, (sender, receivers) -> with(receivers, receiver));
        return true;
    }

    /** Whether it was there. */
    boolean remove(Sender from, Told receiver) {
        heard.computeIfPresent(
                receiver.audience, (audience, entries) -> without(entries, new Heard(from, receiver.to)));
        Set<Told> receivers = told.get(from);
        boolean was = receivers != null && receivers.contains(receiver);
        told.computeIfPresent(from, (sender, all) -> without(all, receiver));
        return was;
    }

    /** Everybody who was told of this sender; nobody afterwards. */
    Set<Told> end(Sender from) {
        Set<Told> receivers = told.remove(from);
        if (receivers == null) {
            return Set.of();
        }
        for (Told receiver : receivers) {
            heard.computeIfPresent(
                    receiver.audience, (audience, entries) -> without(entries, new Heard(from, receiver.to)));
        }
        return receivers;
    }

    /** The audience is gone. */
    void forget(String audience) {
        Set<Heard> entries = heard.remove(audience);
        if (entries != null) {
            for (Heard entry : entries) {
                told.computeIfPresent(
                        entry.from, (sender, receivers) -> without(receivers, new Told(audience, entry.to)));
            }
        }
    }

    /** Whether some of what the audience was told may not be remembered. */
    boolean isFull(String audience) {
        Set<Heard> entries = heard.get(audience);
        return entries != null && entries.size() >= most;
    }

    boolean contains(Sender from, Told receiver) {
        Set<Told> receivers = told.get(from);
        return receivers != null && receivers.contains(receiver);
    }

    /** Whether the audience was told of any session of this address. */
    boolean knows(String audience, Jid from) {
        Set<Heard> entries = heard.get(audience);
        return entries != null
                && entries.stream().anyMatch(entry -> entry.from.jid().equals(from));
    }

    /** All senders; for the end of a whole domain. */
    Set<Sender> senders() {
        return told.keySet();
    }

    /** Calls back with everything that an audience was told. */
    void each(String audience, BiConsumer<Sender, Jid> fromAndTo) {
        Set<Heard> entries = heard.get(audience);
        if (entries != null) {
            entries.forEach(entry -> fromAndTo.accept(entry.from, entry.to));
        }
    }

    int size() {
        return told.size();
    }

    private static <T> Set<T> with(@Nullable Set<T> set, T entry) {
        Set<T> all = set == null ? ConcurrentHashMap.newKeySet(4) : set;
        all.add(entry);
        return all;
    }

    private static <T> @Nullable Set<T> without(Set<T> set, T entry) {
        set.remove(entry);
        return set.isEmpty() ? null : set;
    }
}
