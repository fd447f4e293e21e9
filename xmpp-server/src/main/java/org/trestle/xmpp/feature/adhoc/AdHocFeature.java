package org.trestle.xmpp.feature.adhoc;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.feature.AdHocCommand;
import org.trestle.xmpp.feature.AdHocStep;
import org.trestle.xmpp.feature.DescribedNode;
import org.trestle.xmpp.feature.Description;
import org.trestle.xmpp.feature.Feature;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.feature.FeatureInfo;
import org.trestle.xmpp.feature.IqRequest;
import org.trestle.xmpp.feature.Scope;
import org.trestle.xmpp.form.DataForm;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stanza.StanzaError.Condition;

/**
 * XEP-0050 for the server: everybody sees, and can find by XEP-0030, the commands that they may run. A run lives on the
 * node of who runs it, for a bounded time.
 */
public final class AdHocFeature implements Feature {

    @Override
    public FeatureInfo info() {
        return new FeatureInfo("XEP-0050", "Ad-Hoc Commands", "1.3.0");
    }

    @Override
    public List<FeatureInfo> implemented() {
        return List.of(info(), new FeatureInfo("XEP-0004", "Data Forms", "2.13.2"));
    }

    @Override
    public void install(FeatureContext context) {
        CommandSessions sessions = new CommandSessions(context.site());
        context.disco(AdHocStep.COMMANDS, Scope.SERVER);
        context.discovery().nodes(new Nodes(context));
        context.iq(
                Iq.Type.SET, "command", AdHocStep.COMMANDS, Scope.SERVER, request -> run(context, sessions, request));
    }

    private static void run(FeatureContext context, CommandSessions sessions, IqRequest request) {
        AdHocCommand command =
                commands(context).get(String.valueOf(request.element().attribute("node")));
        Jid asker = request.iq().from();
        if (command == null || asker == null) {
            request.refuse(StanzaError.of(Condition.ITEM_NOT_FOUND, "there is no such command"));
        } else {
            new CommandRun(sessions, request, asker, command).run();
        }
    }

    private static Map<String, AdHocCommand> commands(FeatureContext context) {
        Map<String, AdHocCommand> commands = new LinkedHashMap<>();
        context.commands().forEach(command -> commands.put(command.node(), command));
        return commands;
    }

    /** The node that lists the commands, and a node for each (XEP-0050 2.1 to 2.3). */
    private record Nodes(FeatureContext context) implements DescribedNode {
        @Override
        public @Nullable Description description(String node, IqRequest request) {
            if (node.equals(AdHocStep.COMMANDS)) {
                return new Description(
                        new Description.Identity("automation", "command-list", "Commands"),
                        Set.of(AdHocStep.COMMANDS, "http://jabber.org/protocol/disco#items"));
            }
            AdHocCommand command = visible(node, request);
            return command == null
                    ? null
                    : new Description(
                            new Description.Identity("automation", "command-node", command.title()),
                            Set.of(AdHocStep.COMMANDS, DataForm.NAMESPACE));
        }

        @Override
        public @Nullable List<Description.Item> items(String node, IqRequest request) {
            if (!node.equals(AdHocStep.COMMANDS)) {
                return visible(node, request) == null ? null : List.of();
            }
            Jid server = request.iq().to();
            Jid asker = request.iq().from();
            List<Description.Item> items = new ArrayList<>();
            for (AdHocCommand command : context.commands()) {
                if (server != null && asker != null && command.listed() && command.permits(asker)) {
                    items.add(new Description.Item(server.toString(), command.node(), command.title()));
                }
            }
            return items;
        }

        private @Nullable AdHocCommand visible(String node, IqRequest request) {
            AdHocCommand command = commands(context).get(node);
            Jid asker = request.iq().from();
            return command != null && asker != null && command.listed() && command.permits(asker) ? command : null;
        }
    }
}
