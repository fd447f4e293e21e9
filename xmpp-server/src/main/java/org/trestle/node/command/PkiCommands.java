package org.trestle.node.command;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.trestle.node.command.Answer.Done;
import org.trestle.node.command.Answer.Field;
import org.trestle.node.pki.Certificates;
import org.trestle.node.pki.FileArea;
import org.trestle.node.pki.LockedKey;
import org.trestle.node.pki.Pem;
import org.trestle.node.pki.PkiException;
import org.trestle.node.pki.Subject;
import org.trestle.node.shell.ConsoleException;

/** {@code pki …}: keys, requests and certificates in the node's file area. */
final class PkiCommands {
    private static final String PASSWORD_FILE = "--password-file";

    private final NodeControl node;
    private final SecureRandom random = new SecureRandom();

    PkiCommands(NodeControl node) {
        this.node = node;
    }

    /** What a {@code pki} command does; its own failures become the console's. */
    private interface Step {
        Answer run(Request request) throws PkiException, ConsoleException, IOException;
    }

    List<Verb> verbs() {
        return List.of(
                verb("pki list", "", "lists the keys, requests and certificates on this node", request -> list()),
                verb(
                        "pki csr",
                        "<basename> <attribute>…",
                        "makes a key and a request: CN:… subjectAltName:a,b O:… OU:… L:… ST:… C:…",
                        this::csr),
                verb(
                        "pki selfsigned",
                        "<basename> [<attribute>]…",
                        "makes a key and a self-signed certificate",
                        this::selfSigned),
                verb("pki inspect", "<file>", "shows what a file holds", this::inspect),
                verb(
                        "pki unlock",
                        "<key-file> [--password-file FILE]",
                        "takes the password off a key; asks for it when no file is given",
                        this::unlock),
                verb("pki match", "<key-file> <crt-file>", "says whether a key belongs to a certificate", this::match),
                verb(
                        "pki verify",
                        "<crt-file> <crt-bundle> [<root>]",
                        "says whether a certificate leads to a root",
                        this::verify));
    }

    private static Verb verb(String words, String usage, String summary, Step step) {
        return new Verb(words, usage, summary, request -> {
            try {
                return step.run(request);
            } catch (PkiException failed) {
                throw new ConsoleException(String.valueOf(failed.getMessage()), failed);
            }
        });
    }

    private Answer list() throws PkiException {
        return new Listing(node.files().list());
    }

    private Answer csr(Request request) throws PkiException, ConsoleException {
        FileArea area = node.files();
        String base = fresh(request.argument(0), ".key", ".csr");
        Subject subject =
                Subject.parse(request.arguments().subList(1, request.arguments().size()));
        Certificates.KeyAndRequest made = Certificates.request(subject, random);
        return Done.of(
                "created key file " + area.store(base + ".key", Pem.write(made.key())),
                "created certificate request " + area.store(base + ".csr", Pem.write(made.request())));
    }

    private Answer selfSigned(Request request) throws PkiException, ConsoleException {
        FileArea area = node.files();
        String base = fresh(request.argument(0), ".key", ".crt");
        List<String> attributes =
                request.arguments().subList(1, request.arguments().size());
        String domain = node.settings().domain();
        Subject subject =
                attributes.isEmpty() && domain != null ? Subject.of(List.of(domain)) : Subject.parse(attributes);
        Certificates.KeyAndCertificate made = Certificates.selfSigned(subject, Instant.now(), random);
        return Done.of(
                "created key file " + area.store(base + ".key", Pem.write(made.key())),
                "created certificate " + area.store(base + ".crt", Pem.write(made.certificate())));
    }

    private String fresh(String base, String... endings) throws ConsoleException, PkiException {
        for (String ending : endings) {
            node.files().path(base + ending);
            if (node.files().has(base + ending)) {
                throw new ConsoleException("there is a file " + base + ending + " already; take another name");
            }
        }
        return base;
    }

    private Answer unlock(Request request) throws PkiException, ConsoleException, IOException {
        Files.Content file = new Files(node.files(), request.terminal()).find(request.argument(0));
        if (Pem.all(file.name(), file.bytes()).stream().noneMatch(LockedKey::is)) {
            LockedKey.unlock(file.name(), file.bytes(), new char[0]);
        }
        String password = request.secret(PASSWORD_FILE, "password", false);
        PrivateKey key = LockedKey.unlock(file.name(), file.bytes(), password.toCharArray());
        return Done.of("unlocked key file " + node.files().store(file.name(), Pem.write(key)));
    }

    private Answer inspect(Request request) throws PkiException, ConsoleException, IOException {
        Files.Content file = new Files(node.files(), request.terminal()).find(request.argument(0));
        List<Answer.Fields> blocks = new ArrayList<>();
        for (Object object : Pem.all(file.name(), file.bytes())) {
            if (object instanceof org.bouncycastle.cert.X509CertificateHolder) {
                continue;
            }
            blocks.add(describe(object));
        }
        if (blocks.isEmpty()) {
            for (X509Certificate certificate : Pem.certificates(file.name(), file.bytes())) {
                blocks.add(describe(certificate));
            }
        }
        return new Answer.Blocks("objects", blocks, "nothing");
    }

    private static Answer.Fields describe(Object object) {
        if (object instanceof PKCS10CertificationRequest csr) {
            return new Answer.Fields(List.of(
                    new Field("Request for", "subject", csr.getSubject()),
                    new Field("Subject alternative names", "names", Certificates.names(csr))));
        }
        String holds = LockedKey.is(object)
                ? "a private key, locked with a password (\"pki unlock\")"
                : object instanceof PrivateKeyInfo || object instanceof PEMKeyPair
                        ? "a private key"
                        : object instanceof SubjectPublicKeyInfo ? "a public key" : "something else";
        return new Answer.Fields(List.of(new Field("Holds", "holds", holds)));
    }

    private static Answer.Fields describe(X509Certificate certificate) {
        return new Answer.Fields(List.of(
                new Field(
                        "Subject",
                        "subject",
                        certificate.getSubjectX500Principal().getName()),
                new Field("Subject alternative names", "names", Certificates.names(certificate)),
                new Field(
                        "Issuer", "issuer", certificate.getIssuerX500Principal().getName()),
                new Field("Serial", "serial", certificate.getSerialNumber().toString(16)),
                new Field("Valid from", "validFrom", certificate.getNotBefore().toInstant()),
                new Field("Valid until", "validUntil", certificate.getNotAfter().toInstant()),
                new Field("SHA-256", "sha256", Certificates.fingerprint(certificate))));
    }

    private Answer match(Request request) throws PkiException, ConsoleException, IOException {
        Files files = new Files(node.files(), request.terminal());
        Files.Content key = files.find(request.argument(0));
        Files.Content certificate = files.find(request.argument(1));
        boolean match = Certificates.match(
                Pem.key(key.name(), key.bytes()),
                Pem.certificates(certificate.name(), certificate.bytes()).get(0).getPublicKey());
        return match
                ? Done.of("Key and certificate pair match")
                : new Answer.Failed(
                        "the key " + key.name() + " does not belong to the certificate " + certificate.name());
    }

    private Answer verify(Request request) throws PkiException, ConsoleException, IOException {
        Files files = new Files(node.files(), request.terminal());
        Files.Content file = files.find(request.argument(0));
        Files.Content bundle = files.find(request.argument(1));
        List<X509Certificate> chain = Pem.certificates(file.name(), file.bytes());
        List<X509Certificate> others = new ArrayList<>(Pem.certificates(bundle.name(), bundle.bytes()));
        List<X509Certificate> roots = new ArrayList<>();
        String root = request.argumentOrNull(2);
        if (root != null) {
            Files.Content rootFile = files.find(root);
            roots.addAll(Pem.certificates(rootFile.name(), rootFile.bytes()));
        } else {
            others.stream()
                    .filter(each -> each.getSubjectX500Principal().equals(each.getIssuerX500Principal()))
                    .forEach(roots::add);
        }
        if (roots.isEmpty()) {
            throw new ConsoleException(bundle.name()
                    + " holds no root (a certificate that its own subject issued); name one as the third file");
        }
        others.addAll(chain.subList(1, chain.size()));
        Certificates.verify(chain.get(0), others, roots);
        return Done.of("verified " + file.name() + ": "
                + chain.get(0).getSubjectX500Principal().getName());
    }

    /** Names of files, one a line. */
    record Listing(List<String> names) implements Answer {
        @Override
        public String text() {
            return names.isEmpty() ? "no files\n" : String.join("\n", names) + "\n";
        }

        @Override
        public void json(JsonGenerator json) throws IOException {
            json.writeArrayFieldStart("files");
            for (String name : names) {
                json.writeString(name);
            }
            json.writeEndArray();
        }
    }
}
