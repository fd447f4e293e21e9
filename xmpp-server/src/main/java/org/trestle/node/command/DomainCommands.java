package org.trestle.node.command;

import io.netty.util.NetUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.callbridge.CallBridge;
import org.trestle.node.command.Answer.Done;
import org.trestle.node.command.Answer.Field;
import org.trestle.node.pki.Certificates;
import org.trestle.node.pki.Pem;
import org.trestle.node.pki.PkiException;
import org.trestle.node.settings.HostedDomain;
import org.trestle.node.settings.HostedDomain.NamedPem;
import org.trestle.node.shell.ConsoleException;
import org.trestle.xmpp.jid.DomainJid;
import org.trestle.xmpp.jid.Jid;

/** {@code xmpp domain} and {@code xmpp multi_domain …}: the domains of the whole cluster. */
final class DomainCommands {
    private final NodeControl node;

    DomainCommands(NodeControl node) {
        this.node = node;
    }

    List<Verb> verbs() {
        return List.of(
                new Verb("xmpp domain", "<domain-name>", "sets the primary domain, on all nodes", this::domain),
                new Verb(
                        "xmpp multi_domain add",
                        "<domain> [<key-file>] [<crt-file>] [<crt-bundle>]",
                        "serves one more domain, on all nodes",
                        this::add),
                new Verb("xmpp multi_domain del", "<domain>", "serves a domain no longer", this::del),
                new Verb("xmpp multi_domain list", "", "lists the domains beside the primary one", this::list));
    }

    private Answer domain(Request request) throws ConsoleException {
        String domain = hostName(request.argument(0));
        String former = node.settings().domain();
        if (domain.equals(former)) {
            return Done.of("the domain is " + domain + " already");
        }
        notOfACallBridge(domain);
        Await.change(node, node.settings().domain(domain));
        return former == null
                ? Done.of("the domain is " + domain)
                : Done.of(
                        "the domain is " + domain + "; it was " + former,
                        "users of " + former + " cannot log in any more, and call bridges are <name>." + domain
                                + " now");
    }

    private Answer add(Request request) throws ConsoleException, IOException {
        String domain = hostName(request.argument(0));
        String key = request.argumentOrNull(1);
        String certificate = request.argumentOrNull(2);
        if (key != null && certificate == null) {
            throw new ConsoleException(
                    "a key needs its certificate; usage: xmpp multi_domain add <domain> <key-file> <crt-file>");
        }
        HostedDomain.Identity identity = key == null || certificate == null
                ? null
                : identity(request, key, certificate, request.argumentOrNull(3));
        notOfACallBridge(domain);
        boolean served = node.settings().domainNames().contains(domain);
        if (served && identity == null) {
            return Done.of("the domain " + domain + " is served already; nothing was changed");
        }
        Await.change(node, node.settings().add(new HostedDomain(domain, identity)));
        return Done.of(
                "the domain " + domain + (served ? " is served already; it has this certificate now" : " is served"));
    }

    /** A domain is the server's or a call bridge's, never both: the server would answer for the bridge. */
    private void notOfACallBridge(String domain) throws ConsoleException {
        for (CallBridge bridge : node.callBridges().list()) {
            for (HostedDomain served : node.settings().domains()) {
                if (domain.equals(bridge.name() + "." + served.name())) {
                    throw new ConsoleException(domain + " is the address of the call bridge " + bridge.name()
                            + "; choose another domain, or \"xmpp callbridge del " + bridge.name() + "\" first");
                }
            }
        }
    }

    private HostedDomain.Identity identity(
            Request request, String keyFile, String certificateFile, @Nullable String bundleFile)
            throws ConsoleException, IOException {
        Files files = new Files(node.files(), request.terminal());
        Files.Content key = files.find(keyFile);
        Files.Content certificate = files.find(certificateFile);
        Files.Content bundle = bundleFile == null ? null : files.find(bundleFile);
        try {
            if (!Certificates.match(
                    Pem.key(key.name(), key.bytes()),
                    Pem.certificates(certificate.name(), certificate.bytes())
                            .get(0)
                            .getPublicKey())) {
                throw new ConsoleException("the key " + key.name() + " does not belong to the certificate "
                        + certificate.name() + "; nothing was changed");
            }
            if (bundle != null) {
                Pem.certificates(bundle.name(), bundle.bytes());
            }
        } catch (PkiException unusable) {
            throw new ConsoleException(unusable.getMessage() + "; nothing was changed", unusable);
        }
        return new HostedDomain.Identity(named(key), named(certificate), bundle == null ? null : named(bundle));
    }

    private static NamedPem named(Files.Content content) {
        return new NamedPem(content.name(), new String(content.bytes(), StandardCharsets.UTF_8));
    }

    private Answer del(Request request) throws ConsoleException {
        String domain = canonical(request.argument(0));
        if (domain.equals(node.settings().domain())) {
            throw new ConsoleException(
                    domain + " is the primary domain; set another with \"xmpp domain <domain-name>\"");
        }
        if (node.settings().domains().stream().noneMatch(served -> served.name().equals(domain))) {
            throw new ConsoleException(
                    "the domain " + domain + " is not served (\"xmpp multi_domain list\" shows which are)");
        }
        Await.change(node, node.settings().remove(domain));
        return Done.of("the domain " + domain + " is served no longer");
    }

    private Answer list(Request request) {
        Freshness.await(node, request);
        List<Answer.Fields> blocks = new ArrayList<>();
        String primary = node.settings().domain();
        for (HostedDomain domain : node.settings().domains()) {
            if (!domain.name().equals(primary)) {
                HostedDomain.Identity identity = domain.identity();
                NamedPem bundle = identity == null ? null : identity.bundle();
                blocks.add(new Answer.Fields(List.of(
                        new Field("Domain", "domain", domain.name()),
                        new Field(
                                "Key file",
                                "keyFile",
                                identity == null ? null : identity.key().name()),
                        new Field(
                                "Certificate file",
                                "certificateFile",
                                identity == null ? null : identity.certificate().name()),
                        new Field("Bundle file", "bundleFile", bundle == null ? null : bundle.name()))));
            }
        }
        return new Answer.Blocks("domains", blocks, "no domains beside the primary one");
    }

    /** A domain that users and certificates can have. */
    private static String hostName(String text) throws ConsoleException {
        String domain = canonical(text);
        if (domain.startsWith("[") || NetUtil.isValidIpV4Address(domain) || NetUtil.isValidIpV6Address(domain)) {
            throw new ConsoleException(domain
                    + " is an address; a domain is a name, such as example.com, for which certificates are made");
        }
        return domain;
    }

    private static String canonical(String text) throws ConsoleException {
        Jid jid = Jid.parse(text);
        if (jid instanceof DomainJid) {
            return jid.domain();
        }
        throw new ConsoleException("\"" + text + "\" is no domain, such as example.com");
    }
}
