package org.trestle.node.shared;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.trestle.node.shared.SharedCounters.Event;
import org.trestle.xmpp.stream.Admission;

/** A connection that has not shown yet whose it is: it counts against limits, and its time is limited. */
final class Undecided {
    private final Channel channel;
    private final SharedPort.Parts parts;
    private final Future<?> deadline;
    private Admission.Ticket ticket;
    private InetSocketAddress peer;
    private InetSocketAddress server;
    private boolean ended;

    private Undecided(
            Channel channel,
            SharedPort.Parts parts,
            Admission.Ticket ticket,
            InetSocketAddress peer,
            InetSocketAddress server) {
        this.channel = channel;
        this.parts = parts;
        this.ticket = ticket;
        this.peer = peer;
        this.server = server;
        this.deadline = channel.eventLoop()
                .schedule(() -> end(Event.TOO_SLOW), parts.limits().decision().toMillis(), TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> decided());
    }

    /** Null when it is closed at once: a limit is reached, or the peer has gone. */
    static @Nullable Undecided of(Channel channel, SharedPort.Parts parts) {
        if (!(channel.remoteAddress() instanceof InetSocketAddress peer)
                || !(channel.localAddress() instanceof InetSocketAddress server)) {
            channel.close();
            return null;
        }
        Admission.Ticket ticket = parts.admission().admit(peer, channel::close);
        if (ticket == null) {
            channel.close();
            return null;
        }
        return new Undecided(channel, parts, ticket, peer, server);
    }

    SharedPort.Parts parts() {
        return parts;
    }

    /** The address that counts as the client's. */
    InetSocketAddress peer() {
        return peer;
    }

    /** The address that the client came to. */
    InetSocketAddress server() {
        return server;
    }

    /** A PROXY header has told who the client is; false when the connection is closed, because a limit is reached. */
    boolean isOf(InetSocketAddress client, InetSocketAddress destination) {
        ticket.giveBack();
        Admission.Ticket now = parts.admission().admit(client, channel::close);
        if (now == null) {
            channel.close();
            return false;
        }
        ticket = now;
        peer = client;
        server = destination;
        return true;
    }

    /** Ends it, because of this; what follows from that is not counted again. */
    void end(Event why) {
        end(why, Unpooled.EMPTY_BUFFER);
    }

    /** Ends it with these last bytes. */
    void end(Event why, ByteBuf words) {
        if (!ended) {
            ended = true;
            parts.counters().count(why);
            if (words.isReadable()) {
                channel.writeAndFlush(words);
            }
            channel.close();
        }
    }

    /** It is somebody's now, or over. */
    void decided() {
        deadline.cancel(false);
        ticket.giveBack();
    }
}
