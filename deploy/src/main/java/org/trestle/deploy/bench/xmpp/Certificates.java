package org.trestle.deploy.bench.xmpp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.trestle.deploy.bench.ServerProcess;

/** Certificates like the one that a node makes for itself: P-256, so that no server has cheaper keys than another. */
final class Certificates {

    private Certificates() {}

    static void make(Path key, Path certificate, String domain) throws IOException {
        ServerProcess.run(
                new ProcessBuilder(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:prime256v1",
                        "-nodes",
                        "-days",
                        "30",
                        "-subj",
                        "/CN=" + domain,
                        "-addext",
                        "subjectAltName=DNS:" + domain,
                        "-keyout",
                        key.toString(),
                        "-out",
                        certificate.toString()),
                "");
    }

    /** Key and certificate in one file. */
    static void join(Path key, Path certificate, Path both) throws IOException {
        Files.writeString(both, Files.readString(certificate) + Files.readString(key));
    }
}
