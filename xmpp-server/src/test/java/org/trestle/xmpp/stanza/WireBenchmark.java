package org.trestle.xmpp.stanza;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.xml.Namespaces;
import org.trestle.xmpp.xml.Token;
import org.trestle.xmpp.xml.Tokenizer;
import org.trestle.xmpp.xml.XmlLimits;

/**
 * What a stanza costs on its way in and out, in time and in bytes of heap. Run it with {@code -Dtrestle.bench=true}; one
 * thread, no TLS, no socket; time is CPU time of that thread.
 */
@EnabledIfSystemProperty(named = "trestle.bench", matches = "true")
final class WireBenchmark {
    private static final String HEADER = "<stream:stream xmlns='jabber:client'"
            + " xmlns:stream='http://etherx.jabber.org/streams' to='example.com' version='1.0'>";
    private static final String CHAT = "<message to='romeo@example.net/orchard' type='chat' id='ktx72v49'>"
            + "<body>Art thou not Romeo, and a Montague?</body>"
            + "<active xmlns='http://jabber.org/protocol/chatstates'/>"
            + "<request xmlns='urn:xmpp:receipts'/></message>";
    private static final int STANZAS_PER_READ = 20;
    private static final Jid SENDER = Jid.of("juliet@example.com/balcony");

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private enum Work {
        TOKENIZE,
        READ,
        READ_STAMP_ENCODE
    }

    @Test
    void measures() {
        String large = CHAT.replace("</body>", " Neither, fair saint, if either thee dislike.".repeat(80) + "</body>");
        for (String stanza : new String[] {CHAT, "<presence/>", large, large.replace("fair", "schön")}) {
            for (Work work : Work.values()) {
                measure(stanza, work, 300_000);
                System.out.println(measure(stanza, work, 1_000_000));
            }
        }
    }

    private String measure(String stanza, Work work, int stanzas) {
        Tokenizer tokenizer = new Tokenizer(XmlLimits.AFTER_AUTHENTICATION);
        tokenizer.append(Unpooled.copiedBuffer(HEADER, StandardCharsets.UTF_8));
        tokenizer.next();
        ByteBuf in = PooledByteBufAllocator.DEFAULT.directBuffer();
        in.writeCharSequence(stanza.repeat(STANZAS_PER_READ), StandardCharsets.UTF_8);
        ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(64 * 1024);
        StanzaReader reader = new StanzaReader(Namespaces.CLIENT, null);
        long bytesBefore = threads.getCurrentThreadAllocatedBytes();
        long before = threads.getCurrentThreadCpuTime();
        int done = 0;
        while (done < stanzas) {
            in.readerIndex(0);
            tokenizer.append(in);
            for (Token token = tokenizer.next(); token != null; token = tokenizer.next()) {
                work((Token.Child) token, work, reader, out);
                done++;
            }
        }
        double nanos = threads.getCurrentThreadCpuTime() - before;
        double bytes = threads.getCurrentThreadAllocatedBytes() - bytesBefore;
        int length = in.readableBytes() + in.readerIndex();
        in.release();
        out.release();
        return String.format(
                Locale.ROOT,
                "%-18s %5d bytes: %6.2f us, %6.0f bytes of heap, %5.0f MB/s",
                work,
                length / STANZAS_PER_READ,
                nanos / done / 1000,
                bytes / done,
                (double) length / STANZAS_PER_READ * done / nanos * 1000);
    }

    private static void work(Token.Child child, Work work, StanzaReader reader, ByteBuf out) {
        if (work == Work.TOKENIZE) {
            return;
        }
        Reading reading = reader.read(child);
        if (work == Work.READ_STAMP_ENCODE && reading instanceof Reading.Valid valid) {
            out.clear();
            valid.stanza().withFrom(SENDER).encode(out);
        }
    }
}
