package org.trestle.turn.relay;

import org.jspecify.annotations.Nullable;

/** The channels of one allocation, open-addressed twice: by number, and by the peer's transport address. */
final class Channels {
    private static final int SMALLEST = 4;

    private @Nullable ChannelBinding[] byNumber = new @Nullable ChannelBinding[SMALLEST];
    private @Nullable ChannelBinding[] byPeer = new @Nullable ChannelBinding[SMALLEST];
    private int size;

    int size() {
        return size;
    }

    int alive(long now) {
        int alive = 0;
        for (ChannelBinding binding : byNumber) {
            alive += binding != null && binding.isAlive(now) ? 1 : 0;
        }
        return alive;
    }

    /** The binding of {@code number}, alive or not. */
    @Nullable
    ChannelBinding find(int number) {
        int mask = byNumber.length - 1;
        for (int i = number & mask; ; i = (i + 1) & mask) {
            ChannelBinding binding = byNumber[i];
            if (binding == null || binding.number == number) {
                return binding;
            }
        }
    }

    /** The binding of this peer, alive or not. */
    @Nullable
    ChannelBinding find(long high, long low, int port) {
        int mask = byPeer.length - 1;
        for (int i = slot(high, low, port) & mask; ; i = (i + 1) & mask) {
            ChannelBinding binding = byPeer[i];
            if (binding == null
                    || (binding.permission.low == low && binding.permission.high == high && binding.port() == port)) {
                return binding;
            }
        }
    }

    void add(ChannelBinding binding) {
        if (size * 2 >= byNumber.length) {
            rebuild(byNumber.length * 2, Long.MIN_VALUE);
        }
        binding.permission.channels++;
        put(binding);
    }

    /** Forgets those that have expired. */
    void sweep(long now) {
        for (ChannelBinding binding : byNumber) {
            if (binding != null && !binding.isAlive(now)) {
                rebuild(byNumber.length, now);
                return;
            }
        }
    }

    private void rebuild(int length, long now) {
        @Nullable ChannelBinding[] old = byNumber;
        byNumber = new @Nullable ChannelBinding[length];
        byPeer = new @Nullable ChannelBinding[length];
        size = 0;
        for (ChannelBinding binding : old) {
            if (binding != null && (now == Long.MIN_VALUE || binding.isAlive(now))) {
                put(binding);
            } else if (binding != null) {
                binding.permission.channels--;
            }
        }
    }

    private void put(ChannelBinding binding) {
        int mask = byNumber.length - 1;
        int i = binding.number & mask;
        while (byNumber[i] != null) {
            i = (i + 1) & mask;
        }
        byNumber[i] = binding;
        i = slot(binding.permission.high, binding.permission.low, binding.port()) & mask;
        while (byPeer[i] != null) {
            i = (i + 1) & mask;
        }
        byPeer[i] = binding;
        size++;
    }

    private static int slot(long high, long low, int port) {
        long mixed = (low ^ (high * 31) ^ ((long) port << 32)) * 0x9e3779b97f4a7c15L;
        return (int) (mixed >>> 40);
    }
}
