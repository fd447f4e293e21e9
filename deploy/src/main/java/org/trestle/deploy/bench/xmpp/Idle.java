package org.trestle.deploy.bench.xmpp;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.trestle.deploy.bench.Aim;
import org.trestle.deploy.bench.Cost;
import org.trestle.deploy.bench.Workload;

/** Clients that are logged in and say nothing. */
final class Idle implements Workload<XmppContender> {
    private static final int SETTLE_SECONDS = 5;

    private final boolean secured;
    private final int count;

    Idle(boolean secured, int count) {
        this.secured = secured;
        this.count = count;
    }

    @Override
    public String title() {
        return String.format(Locale.ROOT, "%,d idle connections, %s", count, secured ? "TLS" : "plain");
    }

    @Override
    public String unit() {
        return "KiB/connection";
    }

    @Override
    public boolean fresh() {
        return true;
    }

    @Override
    public int seconds() {
        return count / 300;
    }

    @Override
    public boolean suits(XmppContender server) {
        return server.clients().equals(server.otherClients());
    }

    @Override
    public List<Aim> aims() {
        return List.of(Aim.atMost(XmppBench.OURS, secured ? 25 : 12));
    }

    @Override
    public Sample run(XmppContender server) throws IOException {
        try (Load load = new Load()) {
            long before = Cost.of(server.processes()).memoryBytes();
            List<LoadStream> streams = Logins.logins(load, server, secured, count, "idle");
            Traffic.after(load, SETTLE_SECONDS);
            long after = Cost.of(server.processes()).memoryBytes();
            streams.forEach(LoadStream::close);
            return new Sample(
                    (after - before) / 1024.0 / count, String.format(Locale.ROOT, "%d MiB in all", after >> 20));
        }
    }
}
