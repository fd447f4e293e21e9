package org.trestle.deploy.bench.xmpp;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The clients and components of one measurement, on one thread. */
final class Load implements AutoCloseable {
    private static final String STREAM = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' version='1.0'"
            + " xmlns:stream='http://etherx.jabber.org/streams' to='" + XmppContender.DOMAIN + "'>";

    private static final int COMPONENT_SECONDS = 30;
    private static final int END_SECONDS = 120;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    private final Class<? extends Channel> type =
            Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;
    private final SslContext tls;
    private final Map<String, byte[]> salted = new ConcurrentHashMap<>();
    private final Set<LoadStream> streams = ConcurrentHashMap.newKeySet();

    Load() throws IOException {
        tls = SslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm(null)
                .build();
    }

    EventLoopGroup group() {
        return group;
    }

    /** A client that is logged in with SCRAM-SHA-1, has bound {@code resource}, and has sent its first presence. */
    LoadStream client(InetSocketAddress server, boolean secured, int number, String resource) throws IOException {
        LoadStream stream = login(server, secured, "u" + number, resource);
        stream.ask("<presence/><iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>", "result");
        return stream;
    }

    LoadStream login(InetSocketAddress server, boolean secured, String user, String resource) throws IOException {
        LoadStream stream = connect(server);
        stream.ask(STREAM, "</stream:features>");
        if (secured) {
            stream.ask("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "<proceed");
            stream.secure(tls);
            stream.ask(STREAM, "</stream:features>");
        }
        scram(stream, user);
        stream.ask(STREAM, "</stream:features>");
        String bound = stream.ask(
                "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>" + resource
                        + "</resource></bind></iq>",
                "</iq>");
        if (!bound.contains("<jid>")) {
            throw new IOException("not bound: " + bound);
        }
        return stream;
    }

    private LoadStream connect(InetSocketAddress server) throws IOException {
        LoadStream stream = LoadStream.connect(group, type, server);
        streams.add(stream);
        stream.channel().closeFuture().addListener(closed -> streams.remove(stream));
        return stream;
    }

    /** A component that is reached; tried again while the server still has the one before it. */
    LoadStream component(XmppContender server, InetSocketAddress address, int number) throws IOException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(COMPONENT_SECONDS);
        while (true) {
            try {
                LoadStream stream = accepted(server, address, number);
                reached(stream, "a@" + server.component(number), until);
                return stream;
            } catch (IOException refused) {
                if (System.nanoTime() > until) {
                    throw refused;
                }
                Traffic.after(this, 1);
            }
        }
    }

    private LoadStream accepted(XmppContender server, InetSocketAddress address, int number) throws IOException {
        LoadStream stream = connect(address);
        String header = stream.ask(
                "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept'"
                        + " xmlns:stream='http://etherx.jabber.org/streams' to='" + server.component(number) + "'>",
                " id=");
        String rest = stream.ask("", ">");
        char quote = rest.charAt(0);
        String id = rest.substring(1, rest.indexOf(quote, 1));
        if (header.isEmpty()) {
            throw new IOException("no stream header");
        }
        stream.ask("<handshake>" + sha1(id + server.secret(number)) + "</handshake>", "<handshake");
        stream.ask("", ">");
        return stream;
    }

    /** Writes to itself until that arrives: a server can accept a component before it sends anything to it. */
    private void reached(LoadStream component, String jid, long until) throws IOException {
        for (int i = 0; System.nanoTime() < until; i++) {
            String hello = "hello" + i;
            String message =
                    "<message from='" + jid + "' to='" + jid + "' type='chat'><body>" + hello + "</body></message>";
            String answer = component.ask(message, "</message>");
            if (answer.contains(hello) && !answer.contains("<error")) {
                return;
            }
            Traffic.after(this, 1);
        }
        throw new IOException("nothing arrives at " + jid);
    }

    /** SCRAM-SHA-1 (RFC 5802), as a client that has seen the salt before. */
    private void scram(LoadStream stream, String user) throws IOException {
        String nonce = Long.toHexString(System.nanoTime()) + user;
        String first = "n=" + user + ",r=" + nonce;
        String challenge = stream.ask(
                "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>" + base64("n,," + first)
                        + "</auth>",
                "</challenge>");
        String encoded = challenge.substring(0, challenge.length() - "</challenge>".length());
        String serverFirst = new String(
                Base64.getDecoder().decode(encoded.substring(encoded.lastIndexOf('>') + 1)), StandardCharsets.UTF_8);
        String withoutProof = "c=biws,r=" + field(serverFirst, 'r');
        String message = first + "," + serverFirst + "," + withoutProof;
        try {
            byte[] key = salted.computeIfAbsent(field(serverFirst, 's') + "/" + field(serverFirst, 'i'), Load::pbkdf2);
            byte[] clientKey = hmac(key, "Client Key");
            byte[] signature = hmac(MessageDigest.getInstance("SHA-1").digest(clientKey), message);
            for (int i = 0; i < clientKey.length; i++) {
                clientKey[i] ^= signature[i];
            }
            String proof = withoutProof + ",p=" + Base64.getEncoder().encodeToString(clientKey);
            stream.ask(
                    "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" + base64(proof) + "</response>", "<success");
            stream.ask("", ">");
        } catch (GeneralSecurityException missing) {
            throw new IOException(missing);
        }
    }

    private static byte[] pbkdf2(String saltAndRounds) {
        int slash = saltAndRounds.lastIndexOf('/');
        byte[] salt = Base64.getDecoder().decode(saltAndRounds.substring(0, slash));
        int rounds = Integer.parseInt(saltAndRounds.substring(slash + 1));
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA1")
                    .generateSecret(new PBEKeySpec(XmppContender.PASSWORD.toCharArray(), salt, rounds, 160))
                    .getEncoded();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static String field(String message, char name) {
        for (String field : message.split(",")) {
            if (field.length() > 1 && field.charAt(0) == name && field.charAt(1) == '=') {
                return field.substring(2);
            }
        }
        throw new IllegalArgumentException("no " + name + " in " + message);
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(key, "HmacSHA1"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String sha1(String text) throws IOException {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException missing) {
            throw new IOException(missing);
        }
    }

    /** Ends all streams, and waits until the server has ended them too, or for two minutes. */
    void endAll() throws IOException {
        List<CompletableFuture<Void>> ends =
                List.copyOf(streams).stream().map(LoadStream::end).toList();
        LoadStream.await(CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)), "the end", END_SECONDS);
    }

    /** A server that does not end its streams in time does not spoil what was measured. */
    @Override
    public void close() {
        try {
            endAll();
        } catch (IOException late) {
            streams.forEach(LoadStream::close);
        } finally {
            group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }
}
