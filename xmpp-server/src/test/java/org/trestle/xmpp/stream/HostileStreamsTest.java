package org.trestle.xmpp.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.trestle.xmpp.stream.HostilePeer.Kind;
import org.trestle.xmpp.xml.XmlLimits;

/**
 * Each way to make a server hold, compute or wait for more than a peer is worth, and where it ends. What a connection keeps
 * is counted after each piece that came.
 */
final class HostileStreamsTest {
    private static final XmlLimits STRANGER = XmlLimits.BEFORE_AUTHENTICATION;
    private static final XmlLimits KNOWN = XmlLimits.AFTER_AUTHENTICATION;
    private static final String RESTRICTED = "restricted-xml";
    private static final String POLICY = "policy-violation";

    /** Tables of names, positions and prefixes, and what the last read brought. */
    private static final int TABLES = 32 * 1024;

    private HostilePeer peer = new HostilePeer(Kind.STRANGER);

    @AfterEach
    void leavesNothing() {
        peer.leave();
    }

    private void begin(Kind kind) {
        peer.leave();
        peer = new HostilePeer(kind);
    }

    @Test
    void slowLorisBeforeAuthentication() {
        long limit = StreamLimits.DEFAULT.authentication().toSeconds();
        peer.send("<stream:stream xmlns='");
        for (int second = 1; second < limit; second++) {
            peer.send("x");
            peer.pass(1);
            assertTrue(peer.isOpen(), "after " + second + " seconds");
        }
        peer.pass(1);
        assertEnds("connection-timeout", 4096);
    }

    @Test
    void slowLorisThatDoesNotHearTheEnd() {
        peer.send("</never>");
        for (long second = 1; second < StreamLimits.DEFAULT.closing().toSeconds(); second++) {
            peer.send("<");
            peer.pass(1);
            assertTrue(peer.isOpen());
        }
        peer.pass(1);
        assertFalse(peer.isOpen());
        assertTrue(peer.kept() <= 4096, "kept: " + peer.kept());
    }

    @Test
    void slowLorisInsideOneStanza() {
        begin(Kind.CLIENT);
        peer.send("<message><body>");
        for (int i = 0; peer.back().isEmpty(); i++) {
            assertTrue(i < KNOWN.maxBytes(), "no end");
            peer.send("xxxxxxxxxxxxxxxx");
        }
        assertPolicy(KNOWN, "bytes in one first-level element");
    }

    @Test
    void oversizeHeader() {
        peer.send("<stream:stream to='" + "x".repeat(STRANGER.maxBytes()));
        assertPolicy(STRANGER, "bytes in one stream header");
    }

    @Test
    void oversizeStanzaBeforeAuthentication() {
        begin(Kind.OPENED);
        peer.send("<auth>" + "x".repeat(STRANGER.maxBytes()));
        assertPolicy(STRANGER, "bytes in one first-level element");
    }

    @Test
    void oversizeStanza() {
        begin(Kind.CLIENT);
        peer.send("<message><body>" + "x".repeat(KNOWN.maxBytes()));
        assertPolicy(KNOWN, "bytes in one first-level element");
    }

    @Test
    void oversizeHandshakeOfAComponent() {
        begin(Kind.COMPONENT);
        peer.send("<handshake>" + "a".repeat(STRANGER.maxBytes()));
        assertPolicy(STRANGER, "bytes in one first-level element");
    }

    @Test
    void oversizeAttribute() {
        begin(Kind.CLIENT);
        peer.send("<message id='" + "x".repeat(KNOWN.maxBytes()));
        assertPolicy(KNOWN, "bytes in one first-level element");
    }

    @Test
    void whiteSpaceWithoutEndIsNotKept() {
        begin(Kind.CLIENT);
        peer.send(" ".repeat(4 * KNOWN.maxBytes()));
        assertTrue(peer.isOpen());
        assertTrue(peer.most() <= TABLES, "kept: " + peer.most());
    }

    @Test
    void bytesBehindTheEndAreNotKept() {
        begin(Kind.CLIENT);
        peer.send("<a></b>" + "<x>".repeat(KNOWN.maxBytes()));
        assertEnds("not-well-formed", TABLES);
    }

    @Test
    void deepStanza() {
        begin(Kind.CLIENT);
        peer.send("<message>" + "<a>".repeat(100_000));
        assertPolicy(KNOWN, "elements inside each other");
    }

    @Test
    void deepBeforeAuthentication() {
        begin(Kind.OPENED);
        peer.send("<auth>" + "<a>".repeat(100_000));
        assertPolicy(STRANGER, "elements inside each other");
    }

    @Test
    void wideStanzaIsTakenAndForgotten() {
        begin(Kind.CLIENT);
        peer.send("<message to='example.com'>" + "<a/>".repeat(60_000) + "</message>");
        assertTrue(peer.isOpen());
        // Where each of them begins and ends is kept as long as the stanza is not whole.
        assertTrue(peer.most() <= 4 * KNOWN.maxBytes() + TABLES, "kept: " + peer.most());
        assertTrue(peer.kept() <= TABLES, "still kept: " + peer.kept());
    }

    @Test
    void wideTag() {
        begin(Kind.CLIENT);
        peer.send("<message" + many(1000, i -> " a" + i + "=''") + "/>");
        assertPolicy(KNOWN, "attributes in one tag");
    }

    @Test
    void billionLaughs() {
        String entities = many(10, i -> "<!ENTITY l" + (i + 1) + " '" + ("&l" + i + ";").repeat(10) + "'>");
        peer.send("<?xml version='1.0'?><!DOCTYPE l [<!ENTITY l0 'ha'>" + entities + "]><stream:stream>&l10;");
        assertEnds(RESTRICTED, TABLES);
    }

    @Test
    void billionLaughsInsideTheStream() {
        begin(Kind.CLIENT);
        peer.send("<!DOCTYPE l [<!ENTITY l0 'ha'><!ENTITY l1 '&l0;&l0;'>]><message><body>&l1;</body></message>");
        assertEnds(RESTRICTED, TABLES);
    }

    @Test
    void entityInAStanza() {
        begin(Kind.CLIENT);
        peer.send("<message to='example.com'><body>" + "&lol9;".repeat(1000));
        assertEnds(RESTRICTED, TABLES);
    }

    @Test
    void entityFromAFile() {
        peer.send("<!DOCTYPE l [<!ENTITY l SYSTEM 'file:///etc/passwd'>]><stream:stream>&l;");
        assertEnds(RESTRICTED, TABLES);
    }

    @Test
    void nameFlood() {
        begin(Kind.CLIENT);
        peer.send("<message>" + many(5000, i -> "<n" + i + "/>"));
        assertPolicy(KNOWN, "distinct names in one element");
    }

    @Test
    void nameFloodBeforeAuthentication() {
        begin(Kind.OPENED);
        peer.send("<auth>" + many(2000, i -> "<n" + i + "/>"));
        assertPolicy(STRANGER, "distinct names in one element");
    }

    /** Names of one value of the hash that Java's strings have: two letters for each of twelve bits. */
    @Test
    void nameFloodOfEqualHashes() {
        begin(Kind.CLIENT);
        peer.send("<message>"
                + many(
                        4096,
                        i -> "<"
                                + IntStream.range(0, 12)
                                        .mapToObj(bit -> (i >> bit & 1) == 0 ? "Aa" : "BB")
                                        .collect(Collectors.joining())
                                + "/>"));
        assertPolicy(KNOWN, "distinct names in one element");
    }

    @Test
    void nameOfManyBytes() {
        begin(Kind.CLIENT);
        peer.send("<message><" + "n".repeat(100_000));
        peer.send("/>");
        assertPolicy(KNOWN, "a name of more than");
    }

    @Test
    void namespaceFlood() {
        begin(Kind.CLIENT);
        peer.send("<message>" + many(10, i -> "<a" + many(20, k -> " xmlns:p" + (20 * i + k) + "='u'") + ">"));
        assertPolicy(KNOWN, "namespace declarations in scope");
    }

    /** One long namespace and many elements whose prefix stands for it. */
    @Test
    void namespaceBomb() {
        begin(Kind.CLIENT);
        peer.send("<message xmlns:p='" + "u".repeat(100_000) + "'>" + "<p:a/>".repeat(20_000) + "</message>");
        assertPolicy(KNOWN, "a namespace of more than");
    }

    @Test
    void namespaceBombOfManySmallOnes() {
        begin(Kind.CLIENT);
        int most = KNOWN.maxAttributes();
        peer.send("<message" + many(most, i -> " xmlns:p" + i + "='" + "u".repeat(200) + "'") + ">"
                + many(most, i -> "<p" + i + ":a/>") + "<a/>".repeat(50_000) + "</message>");
        assertPolicy(KNOWN, "with the prefixes of its surroundings");
    }

    private static String many(int count, IntFunction<String> each) {
        return IntStream.range(0, count).mapToObj(each).collect(Collectors.joining());
    }

    private void assertPolicy(XmlLimits limits, String words) {
        String said = peer.back();
        assertEnds(POLICY, 3 * limits.maxBytes() + TABLES);
        assertTrue(said.contains(words), said);
    }

    /** The stream ended with this error, keeps nothing now and has never kept more than so much. */
    private void assertEnds(String condition, int most) {
        String said = peer.back();
        assertTrue(said.contains("<stream:error><" + condition + " "), "said: " + said);
        assertTrue(said.endsWith("</stream:stream>"), said);
        assertTrue(peer.most() <= most, "kept: " + peer.most() + " instead of " + most);
        peer.pass(StreamLimits.DEFAULT.closing().toSeconds());
        assertFalse(peer.isOpen());
        assertEquals(0, peer.mistakes());
    }
}
