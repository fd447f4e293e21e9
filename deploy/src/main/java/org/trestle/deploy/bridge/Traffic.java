package org.trestle.deploy.bridge;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Bridges that send each other numbered stanzas at a steady rate. */
final class Traffic implements Bridge.Listener, AutoCloseable {
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "traffic");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, Bridge> bridges = new LinkedHashMap<>();
    private final List<Exchange> exchanges = new ArrayList<>();
    private final Map<String, Exchange> byPair = new HashMap<>();
    private final Consumer<String> journal;
    private @Nullable ScheduledFuture<?> sending;

    /**
     * @param secrets component domain to secret, in the order of {@code nodes}: the first bridge prefers the first node
     */
    Traffic(Map<String, String> secrets, List<InetSocketAddress> nodes, Consumer<String> journal) {
        this.journal = journal;
        int preferred = 0;
        for (Map.Entry<String, String> each : secrets.entrySet()) {
            List<InetSocketAddress> order = new ArrayList<>(nodes.subList(preferred % nodes.size(), nodes.size()));
            order.addAll(nodes.subList(0, preferred % nodes.size()));
            bridges.put(each.getKey(), new Bridge(each.getKey(), each.getValue(), order, timer, this));
            preferred++;
        }
        for (String from : bridges.keySet()) {
            for (String to : bridges.keySet()) {
                if (!from.equals(to)) {
                    Exchange exchange = new Exchange(from, to);
                    exchanges.add(exchange);
                    byPair.put(from + " " + to, exchange);
                }
            }
        }
    }

    void connect() {
        bridges.values().forEach(Bridge::start);
    }

    /** Each bridge sends one stanza to each other every {@code millis}. */
    void send(long millis) {
        sending = timer.scheduleAtFixedRate(this::sendAll, 0, millis, TimeUnit.MILLISECONDS);
    }

    void stopSending() {
        if (sending != null) {
            sending.cancel(false);
        }
    }

    private void sendAll() {
        for (Exchange exchange : exchanges) {
            Bridge bridge = bridges.get(exchange.from());
            if (bridge != null) {
                exchange.send(bridge);
            }
        }
    }

    List<Exchange> exchanges() {
        return exchanges;
    }

    Map<String, Bridge> bridges() {
        return bridges;
    }

    @Override
    public void connected(Bridge bridge, InetSocketAddress node) {
        journal.accept(bridge.jid() + " connected to " + text(node));
    }

    @Override
    public void disconnected(Bridge bridge, InetSocketAddress node, String why) {
        journal.accept(bridge.jid() + " lost " + text(node) + ": " + why);
    }

    @Override
    public void message(Bridge bridge, String from, String body, boolean error) {
        Exchange exchange = byPair.get(error ? bridge.jid() + " " + from : from + " " + bridge.jid());
        if (exchange == null) {
            return;
        }
        if (error) {
            exchange.returned();
        } else {
            exchange.delivered(body);
        }
    }

    static String text(InetSocketAddress node) {
        return node.getHostString() + ":" + node.getPort();
    }

    @Override
    public void close() {
        stopSending();
        bridges.values().forEach(Bridge::close);
        timer.shutdownNow();
    }
}
