package org.trestle.cluster.node;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.membership.Guests;
import org.trestle.cluster.pki.TrustBundle;
import org.trestle.cluster.time.Timers;
import org.trestle.cluster.transport.GuestClient;
import org.trestle.cluster.transport.GuestPolicy;
import org.trestle.cluster.transport.GuestTrust;
import org.trestle.cluster.transport.NettyTransport;
import org.trestle.cluster.transport.PeerTransport;
import org.trestle.cluster.transport.TlsCredential;
import org.trestle.cluster.transport.TransportIdentity;
import org.trestle.cluster.transport.TransportLimits;

/** The network. */
final class NettyLinks implements Links {
    private static final Duration GUEST_ANSWER = Duration.ofSeconds(20);

    private final EventLoopGroup loops;
    private final Timers timers;
    private final MeterRegistry metrics;
    private final TransportLimits limits = TransportLimits.defaults();
    private final GuestClient client;

    NettyLinks(EventLoopGroup loops, Timers timers, MeterRegistry metrics) {
        this.loops = loops;
        this.timers = timers;
        this.metrics = metrics;
        this.client = new GuestClient(loops, timers, limits);
    }

    @Override
    public CompletionStage<Link> listen(TransportIdentity identity, InetSocketAddress bind, Reception reception) {
        NettyTransport transport = new NettyTransport(identity, loops, timers, limits, metrics);
        for (String subject : reception.subjects()) {
            transport.handleGuest(
                    subject,
                    (guest, body) -> reception.answer(subject, body, guest.binding(), guest.certificate() != null));
        }
        transport.guests(new Invited(reception));
        return transport
                .start(new NodeAddress(bind.getHostString(), bind.getPort()))
                .thenApply(started -> new Link() {
                    @Override
                    public PeerTransport transport() {
                        return transport;
                    }

                    @Override
                    public CompletionStage<Void> close() {
                        return transport.close();
                    }
                });
    }

    @Override
    public Guests guests() {
        return new Guests() {
            @Override
            public CompletionStage<byte[]> ask(
                    NodeAddress member, String authority, String subject, UnaryOperator<byte[]> question) {
                return client.request(member, new GuestTrust.Invited(authority), subject, question, GUEST_ANSWER);
            }

            @Override
            public CompletionStage<byte[]> askTrusted(
                    NodeAddress member, TlsCredential own, TrustBundle bundle, String subject, byte[] question) {
                GuestTrust trust = new GuestTrust.Trusted(own, bundle::contains);
                return client.request(member, trust, subject, binding -> question, GUEST_ANSWER);
            }
        };
    }

    @Override
    public void close() {
        client.close();
    }

    private record Invited(Reception reception) implements GuestPolicy {
        @Override
        public boolean open() {
            return reception.open();
        }

        @Override
        public @Nullable TlsCredential credential() {
            return reception.trust().credential();
        }

        @Override
        public boolean trusted(X509Certificate certificate) {
            return reception.trust().trusts(certificate);
        }
    }
}
