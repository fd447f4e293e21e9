package org.trestle.deploy.bench.turn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.trestle.deploy.bench.ServerProcess;

/** A key and certificate like the one that the relay makes for itself: P-256, so that nobody has cheaper keys. */
record Keys(Path key, Path certificate) {

    static Keys in(Path directory) throws IOException {
        Keys keys = new Keys(directory.resolve("key.pem"), directory.resolve("certificate.pem"));
        if (!Files.exists(keys.certificate)) {
            ServerProcess.says(
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
                    "/CN=bench.local",
                    "-keyout",
                    keys.key.toString(),
                    "-out",
                    keys.certificate.toString());
        }
        return keys;
    }
}
