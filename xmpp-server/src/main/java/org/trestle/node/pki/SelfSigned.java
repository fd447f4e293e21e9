package org.trestle.node.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * The certificate of a node that nobody gave one: {@code tls/self.crt} and {@code tls/self.key} (mode 0600) of the data
 * directory. Made at the first start, and again when the names change or it is about to end.
 */
public final class SelfSigned {
    private static final Duration BEFORE_THE_END = Duration.ofDays(30);

    private final Path directory;
    private final SecureRandom random;

    public SelfSigned(Path data, SecureRandom random) {
        this.directory = data.resolve("tls");
        this.random = random;
    }

    /** The identity for these names, the first of which is the common name. */
    public ServerIdentity identity(List<String> names, Instant now) throws PkiException {
        Path key = directory.resolve("self.key");
        Path certificate = directory.resolve("self.crt");
        if (Files.exists(key) && Files.exists(certificate)) {
            ServerIdentity present =
                    ServerIdentity.of(ServerIdentity.Source.of(key), ServerIdentity.Source.of(certificate), null);
            if (fits(present.chain().get(0), Subject.of(names).names(), now)) {
                return present;
            }
        }
        Certificates.KeyAndCertificate made = Certificates.selfSigned(Subject.of(names), now, random);
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectory(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            write(key, Pem.write(made.key()));
            write(certificate, Pem.write(made.certificate()));
        } catch (IOException unwritable) {
            throw new PkiException(
                    directory + " cannot be written: " + unwritable.getMessage()
                            + "; it holds the self-signed certificate",
                    unwritable);
        }
        return ServerIdentity.of(ServerIdentity.Source.of(key), ServerIdentity.Source.of(certificate), null);
    }

    private static boolean fits(X509Certificate certificate, List<String> names, Instant now) {
        Set<String> present = Set.copyOf(Certificates.names(certificate));
        return present.containsAll(names)
                && certificate.getNotAfter().toInstant().isAfter(now.plus(BEFORE_THE_END));
    }

    private static void write(Path file, byte[] content) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(fresh, content);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
