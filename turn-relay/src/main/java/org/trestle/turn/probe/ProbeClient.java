package org.trestle.turn.probe;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.Closeable;
import java.io.IOException;
import java.net.PortUnreachableException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.stun.AttributeType;
import org.trestle.turn.stun.Integrity;
import org.trestle.turn.stun.LongTermKey;
import org.trestle.turn.stun.PasswordAlgorithm;
import org.trestle.turn.stun.StunClass;
import org.trestle.turn.stun.StunMessage;
import org.trestle.turn.stun.StunMethod;
import org.trestle.turn.stun.StunWriter;
import org.trestle.turn.stun.TransportAddress;
import org.trestle.turn.stun.XorAddress;

/** A client with one allocation, as plain as possible: MD5 keys, permissions, Send and Data indications. Blocks. */
final class ProbeClient implements Closeable {
    private static final int UDP = 17;
    private static final int FIRST_WAIT_MILLIS = 250;
    private static final int TRIES = 4;

    private final ProbeTarget target;
    private final ProbeLogin login;
    private final ProbeLeg leg;
    private final SecureRandom random;
    private final int patience;
    private final StunWriter writer = new StunWriter();
    private final StunMessage message = new StunMessage();
    private final Integrity integrity = new Integrity();
    private byte @Nullable [] key;
    private byte[] realm = new byte[0];
    private byte[] nonce = new byte[0];
    private @Nullable TransportAddress relayed;

    /** A step that did not work, with its verdict. */
    static final class Stopped extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient ProbeVerdict verdict;

        Stopped(ProbeVerdict verdict) {
            super(verdict.words());
            this.verdict = verdict;
        }

        ProbeVerdict verdict() {
            return verdict;
        }
    }

    private interface Attributes {
        void write(StunWriter into);
    }

    ProbeClient(ProbeTarget target, ProbeLogin login, SecureRandom random, int patience) throws Stopped {
        this.target = target;
        this.login = login;
        this.random = random;
        this.patience = patience;
        try {
            this.leg = ProbeLeg.open(target);
        } catch (IOException failed) {
            throw nothing(words(failed));
        }
    }

    private Stopped nothing(String detail) {
        return new Stopped(ProbeVerdict.nothing("nothing arrived: relay " + target + " does not answer (" + detail
                + "): is it running, does a firewall drop this port, and is this its address (\"turn public-ip\")?"));
    }

    private static String words(IOException failed) {
        String message = failed.getMessage();
        return failed instanceof PortUnreachableException || message == null ? "nothing listens there" : message;
    }

    /** Allocates; the relayed address. */
    TransportAddress allocate() throws Stopped {
        StunMessage answer =
                ask(StunMethod.ALLOCATE, into -> into.number(AttributeType.REQUESTED_TRANSPORT, UDP << 24));
        XorAddress address = new XorAddress();
        int at = answer.find(AttributeType.XOR_RELAYED_ADDRESS);
        if (at < 0 || !address.read(answer, at)) {
            throw new Stopped(ProbeVerdict.refused("relay " + target + " gave no relayed address", 0));
        }
        TransportAddress got = address.address();
        relayed = got;
        return got;
    }

    void permit(TransportAddress peer) throws Stopped {
        ask(StunMethod.CREATE_PERMISSION, into -> into.xorAddress(AttributeType.XOR_PEER_ADDRESS, peer));
    }

    /** Sends data to a peer, once. */
    void send(TransportAddress peer, byte[] data) throws Stopped {
        ByteBuf into = Unpooled.buffer();
        writer.begin(into, StunMethod.SEND.type(StunClass.INDICATION), random.nextInt(), random.nextLong())
                .xorAddress(AttributeType.XOR_PEER_ADDRESS, peer)
                .value(AttributeType.DATA, data);
        put(writer.end());
    }

    /** Whether this data came from a peer in this time. */
    boolean hears(byte[] data, int millis) throws Stopped {
        long until = System.nanoTime() + millis * 1_000_000L;
        while (true) {
            int left = (int) ((until - System.nanoTime()) / 1_000_000);
            ByteBuf came = left <= 0 ? null : take(left);
            if (came == null) {
                return false;
            }
            boolean isData = message.read(came) && message.method() == StunMethod.DATA;
            byte[] value = isData ? message.value(AttributeType.DATA) : null;
            if (value != null && Arrays.equals(value, data)) {
                return true;
            }
        }
    }

    private StunMessage ask(StunMethod method, Attributes attributes) throws Stopped {
        for (int round = 0; round < 3; round++) {
            StunMessage answer = exchange(method, attributes);
            int code = code(answer);
            if (answer.messageClass() == StunClass.SUCCESS) {
                return answer;
            }
            boolean challenge = code == 401 && key == null;
            if (!challenge && code != 438) {
                throw new Stopped(refused(method, code));
            }
            byte[] newRealm = answer.value(AttributeType.REALM);
            byte[] newNonce = answer.value(AttributeType.NONCE);
            if (newRealm == null || newNonce == null) {
                throw new Stopped(ProbeVerdict.refused("relay " + target + " asks for no realm", code));
            }
            realm = newRealm;
            nonce = newNonce;
            key = LongTermKey.of(
                    PasswordAlgorithm.MD5,
                    login.username(),
                    new String(realm, StandardCharsets.UTF_8),
                    login.password());
        }
        throw new Stopped(ProbeVerdict.refused("relay " + target + " calls every nonce stale", 438));
    }

    private ProbeVerdict refused(StunMethod method, int code) {
        String why = switch (code) {
            case 300 -> "it is being drained, or is full";
            case 401 ->
                "it does not accept the probe's credentials: does it know the same keys, and is its"
                        + " clock right? \"turn refusals\" on its node has the true cause";
            case 403 -> "it may not relay to the other relay (\"turn refusals\" on its node names the rule)";
            case 486 -> "the quota of the probe's user or address is used up";
            case 508 -> "it has no relayed port left, or is being drained alone";
            default -> "\"turn refusals\" on its node has the cause";
        };
        return ProbeVerdict.refused(
                "refused: relay " + target + " answered " + code + " to " + method + ": " + why, code);
    }

    private static int code(StunMessage answer) {
        long code = answer.has(AttributeType.ERROR_CODE) ? codeAt(answer, answer.find(AttributeType.ERROR_CODE)) : 0;
        return (int) code;
    }

    private static int codeAt(StunMessage answer, int at) {
        return answer.length(at) < 4
                ? 0
                : (answer.bytes().getByte(at + 2) & 7) * 100 + answer.bytes().getUnsignedByte(at + 3);
    }

    private StunMessage exchange(StunMethod method, Attributes attributes) throws Stopped {
        int high = random.nextInt();
        long low = random.nextLong();
        int wait = FIRST_WAIT_MILLIS * patience;
        for (int attempt = 0; attempt < TRIES; attempt++) {
            if (attempt == 0 || leg.loses()) {
                put(request(method, attributes, high, low));
            }
            long until = System.nanoTime() + wait * 1_000_000L;
            ByteBuf came = take(wait);
            while (came != null) {
                if (message.read(came) && message.transactionHigh() == high && message.transactionLow() == low) {
                    return message;
                }
                int left = (int) ((until - System.nanoTime()) / 1_000_000);
                came = left <= 0 ? null : take(left);
            }
            wait *= 2;
        }
        throw nothing(
                "no answer to " + TRIES + " requests in " + FIRST_WAIT_MILLIS * patience * ((1 << TRIES) - 1) + " ms");
    }

    private ByteBuf request(StunMethod method, Attributes attributes, int high, long low) {
        ByteBuf into = Unpooled.buffer();
        writer.begin(into, method.type(StunClass.REQUEST), high, low);
        attributes.write(writer);
        byte[] known = key;
        if (known != null) {
            writer.text(AttributeType.USERNAME, login.username())
                    .value(AttributeType.REALM, realm)
                    .value(AttributeType.NONCE, nonce)
                    .integrity(integrity, known);
        }
        return writer.fingerprint().end();
    }

    private void put(ByteBuf bytes) throws Stopped {
        try {
            leg.send(bytes);
        } catch (IOException failed) {
            throw nothing(words(failed));
        }
    }

    private @Nullable ByteBuf take(int millis) throws Stopped {
        try {
            return leg.receive(millis);
        } catch (IOException failed) {
            throw nothing(words(failed));
        }
    }

    @Nullable
    TransportAddress relayed() {
        return relayed;
    }

    /** Ends the allocation, without waiting for an answer. */
    @Override
    public void close() throws IOException {
        if (relayed != null) {
            leg.send(request(
                    StunMethod.REFRESH,
                    into -> into.number(AttributeType.LIFETIME, 0),
                    random.nextInt(),
                    random.nextLong()));
        }
        leg.close();
    }
}
