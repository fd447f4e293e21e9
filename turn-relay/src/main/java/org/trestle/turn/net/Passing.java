package org.trestle.turn.net;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.relay.ClientLeg;
import org.trestle.turn.relay.FiveTuple;
import org.trestle.turn.relay.Neighbours;
import org.trestle.turn.relay.PeerConnection;
import org.trestle.turn.relay.Transport;

/**
 * Gives messages to the relay of another loop. There the client has a leg of its own, which sends through the leg that
 * the message came on; later messages of the client follow for as long as that other leg is kept.
 */
final class Passing implements Neighbours {

    /** The legs that have an allocation; a datagram of the same client may be on its way to it in a leg of its own. */
    private final Map<FiveTuple, Passed> kept = new ConcurrentHashMap<>();

    private volatile List<RelayLoop> loops = List.of();

    void among(List<RelayLoop> all) {
        loops = all;
    }

    @Override
    public boolean pass(int index, ClientLeg leg, ByteBuf message) {
        List<RelayLoop> all = loops;
        if (index >= all.size() || !(leg instanceof Passable from)) {
            return false;
        }
        RelayLoop there = all.get(index);
        Passed passed = new Passed(leg, from, there, kept);
        passed.take(RelayLoop.copy(message));
        return true;
    }

    /** A leg whose messages can go to another loop. */
    interface Passable {

        /** The loop that the leg lives on. */
        Executor home();

        /** From now on messages go there; null: they stay here again. */
        void follow(@Nullable Passed elsewhere);
    }

    /** The client's leg on the other loop. */
    static final class Passed extends ClientLeg {
        private final ClientLeg leg;
        private final Passable from;
        private final RelayLoop there;
        private final Map<FiveTuple, Passed> legs;

        Passed(ClientLeg leg, Passable from, RelayLoop there, Map<FiveTuple, Passed> legs) {
            super(leg.fiveTuple());
            this.leg = leg;
            this.from = from;
            this.there = there;
            this.legs = legs;
        }

        /** A message of the client, in memory of its own. */
        void take(ByteBuf message) {
            if (!there.mayTake()) {
                message.release();
                return;
            }
            there.executor().execute(() -> {
                there.taken();
                there.relay().fromClient(current(), message);
            });
        }

        /**
         * The leg that has the client's allocation, if a message before this one made it: a request that is sent again may
         * come before the first answer has told the client's own loop where its messages go.
         */
        private Passed current() {
            Passed known = legs.get(fiveTuple());
            if (known == null || known.there != there) {
                return this;
            }
            return known.leg == leg || transport() == Transport.UDP ? known : this;
        }

        /** The client's connection is gone. */
        void gone() {
            there.executor().execute(() -> there.relay().gone(this));
        }

        @Override
        public void send(ByteBuf message) {
            ByteBuf copy = RelayLoop.copy(message);
            message.release();
            from.home().execute(() -> leg.send(copy));
        }

        @Override
        public void close() {
            from.home().execute(leg::close);
        }

        @Override
        public void kept() {
            legs.put(fiveTuple(), this);
            from.home().execute(() -> {
                from.follow(this);
                leg.kept();
            });
        }

        @Override
        public void released() {
            legs.remove(fiveTuple(), this);
            from.home().execute(() -> {
                from.follow(null);
                leg.released();
            });
        }

        @Override
        public void splice(PeerConnection peer) {
            from.home().execute(() -> leg.splice(peer));
        }
    }
}
