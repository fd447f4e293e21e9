package org.trestle.xmpp.feature.admin;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.trestle.auth.accounts.Account;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.feature.FeatureSite;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.session.Endpoint;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;

/** Writes to all who are online, on any node: a headline of their domain, so that nobody's is stored (RFC 6121 5.2.2). */
final class Announcer {
    /** Receivers in one turn of an event loop, so that the others on it wait for no more than these. */
    static final int TURN = 100;

    private final FeatureContext context;
    private final FeatureSite site;

    Announcer(FeatureContext context) {
        this.context = context;
        this.site = context.site();
    }

    /** Completes with the number of accounts when all have been written to. */
    CompletionStage<Integer> announce(String text) {
        return CompletableFuture.supplyAsync(() -> site.accounts().list().stream()
                        .map(Account::jid)
                        .filter(jid -> !site.cluster().directory().bindings(jid).isEmpty())
                        .map(BareJid::of)
                        .toList())
                .thenCompose(online -> {
                    CompletableFuture<Integer> done = new CompletableFuture<>();
                    turn(online.iterator(), online.size(), text, done);
                    return done;
                });
    }

    private void turn(Iterator<BareJid> left, int all, String text, CompletableFuture<Integer> done) {
        List<Endpoint> here = List.copyOf(site.endpoints().all());
        if (!left.hasNext() || here.isEmpty()) {
            done.complete(all);
            return;
        }
        here.get(0).loop().execute(() -> {
            Element body = Element.of("body", Namespaces.CLIENT).text(text).build();
            for (int i = 0; i < TURN && left.hasNext(); i++) {
                BareJid account = left.next();
                context.switchboard()
                        .route(Message.of(Message.Type.HEADLINE, Jid.of(account.domain()), account, body), null);
            }
            turn(left, all, text, done);
        });
    }
}
