package org.trestle.xmpp.feature.blocking;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.Tables;
import org.trestle.xmpp.feature.Feature;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.feature.FeatureInfo;
import org.trestle.xmpp.feature.IqRequest;
import org.trestle.xmpp.feature.Scope;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stanza.StanzaError.Condition;
import org.trestle.xmpp.xml.Element;

/** XEP-0191: each account has a replicated list of whom it blocks, in force on all nodes. */
public final class BlockingFeature implements Feature {
    static final String NAMESPACE = "urn:xmpp:blocking";

    /** How often a change is tried again when another one of the same list came first. */
    private static final int ATTEMPTS = 10;

    @Override
    public FeatureInfo info() {
        return new FeatureInfo("XEP-0191", "Blocking Command", "1.3");
    }

    @Override
    public void install(FeatureContext context) {
        Tables tables = context.site().cluster().tables();
        BlockLists lists = new BlockLists(tables);
        BlockPushes pushes = new BlockPushes(context);
        context.untilClosed(lists.follow(pushes));
        context.route().screen(lists);
        context.disco(NAMESPACE, Scope.SERVER);
        context.iq(Iq.Type.GET, "blocklist", NAMESPACE, Scope.ACCOUNT, request -> {
            pushes.wanted(request.iq().from());
            request.answer(items(
                    "blocklist",
                    account(request) == null ? Set.of() : list(tables, request).jids()));
        });
        context.iq(Iq.Type.SET, "block", NAMESPACE, Scope.ACCOUNT, request -> block(tables, request));
        context.iq(Iq.Type.SET, "unblock", NAMESPACE, Scope.ACCOUNT, request -> unblock(tables, request));
    }

    static Element items(String name, Set<Jid> jids) {
        Element.Builder list = Element.of(name, NAMESPACE);
        for (Jid jid : jids) {
            list.child(Element.of("item", NAMESPACE)
                    .attribute("jid", jid.toString())
                    .build());
        }
        return list.build();
    }

    private static @Nullable BareJid account(IqRequest request) {
        Jid from = request.iq().from();
        return from != null && from.bare() instanceof BareJid account ? account : null;
    }

    private static BlockList list(Tables tables, IqRequest request) {
        BareJid account = account(request);
        return account == null ? BlockList.EMPTY : BlockList.of(tables.get(BlockLists.TABLE, account.toString()));
    }

    private static void block(Tables tables, IqRequest request) {
        Set<Jid> jids = named(request);
        if (jids == null) {
            return;
        }
        if (jids.isEmpty()) {
            request.refuse(StanzaError.of(Condition.BAD_REQUEST, "there is no item to block"));
            return;
        }
        write(tables, request, list -> list.with(jids), ATTEMPTS);
    }

    private static void unblock(Tables tables, IqRequest request) {
        Set<Jid> jids = named(request);
        if (jids != null) {
            write(tables, request, list -> list.without(jids), ATTEMPTS);
        }
    }

    /** The addresses in the request; null when one of them is none, which has been answered. */
    private static @Nullable Set<Jid> named(IqRequest request) {
        Set<Jid> jids = new LinkedHashSet<>();
        for (Element item : request.element().children()) {
            if (item.is("item", NAMESPACE)) {
                String text = item.attribute("jid");
                Jid jid = text == null ? null : Jid.parse(text);
                if (jid == null) {
                    request.refuse(StanzaError.of(
                            text == null ? Condition.BAD_REQUEST : Condition.JID_MALFORMED,
                            "the attribute 'jid' of an item is " + (text == null ? "missing" : "not a Jid")));
                    return null;
                }
                jids.add(jid);
            }
        }
        return jids;
    }

    private static void write(Tables tables, IqRequest request, UnaryOperator<BlockList> change, int attempts) {
        BareJid account = account(request);
        if (account == null) {
            request.refuse(StanzaError.of(Condition.NOT_ALLOWED));
            return;
        }
        BlockList old = list(tables, request);
        BlockList list = change.apply(old);
        if (list.jids().equals(old.jids())) {
            request.answer();
        } else if (!list.fits() && list.jids().size() > old.jids().size()) {
            request.refuse(StanzaError.of(
                    Condition.POLICY_VIOLATION,
                    "an account can block " + BlockList.MOST + " addresses of " + BlockList.MOST_BYTES / 1024
                            + " KiB together; unblock some first"));
        } else {
            Change.Builder row = Change.of();
            if (list.isEmpty()) {
                row.delete(BlockLists.TABLE, account.toString(), old.version());
            } else {
                row.put(BlockLists.TABLE, account.toString(), list.encode(), old.version());
            }
            tables.commit(row.build()).whenComplete((outcome, failed) -> {
                if (failed == null && outcome.applied()) {
                    request.answer();
                } else if (failed == null && attempts > 1) {
                    write(tables, request, change, attempts - 1);
                } else {
                    request.refuse(
                            StanzaError.of(Condition.RESOURCE_CONSTRAINT, "the cluster did not answer; try again"));
                }
            });
        }
    }
}
