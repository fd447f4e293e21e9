package org.trestle.node.turn;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Passes datagrams on between one client and a relay, except Data indications to the client. */
final class DeafWay implements AutoCloseable {
    private static final int DATA_INDICATION = 0x0017;

    private final InetSocketAddress relay;
    private final DatagramSocket front = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    private final DatagramSocket back = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    private volatile InetSocketAddress client;

    DeafWay(InetSocketAddress relay) throws IOException {
        this.relay = relay;
        this.client = relay;
        start("to-relay", this::toRelay);
        start("to-client", this::toClient);
    }

    private static void start(String name, Runnable pass) {
        Thread thread = new Thread(pass, name);
        thread.setDaemon(true);
        thread.start();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) front.getLocalSocketAddress();
    }

    private void toRelay() {
        DatagramPacket packet = packet();
        try {
            while (true) {
                front.receive(packet);
                client = (InetSocketAddress) packet.getSocketAddress();
                back.send(new DatagramPacket(packet.getData(), packet.getLength(), relay));
                packet.setLength(packet.getData().length);
            }
        } catch (IOException closed) {
            back.close();
        }
    }

    private void toClient() {
        DatagramPacket packet = packet();
        try {
            while (true) {
                back.receive(packet);
                byte[] bytes = packet.getData();
                if (((bytes[0] & 0xff) << 8 | (bytes[1] & 0xff)) != DATA_INDICATION) {
                    front.send(new DatagramPacket(bytes, packet.getLength(), client));
                }
                packet.setLength(bytes.length);
            }
        } catch (IOException closed) {
            front.close();
        }
    }

    private static DatagramPacket packet() {
        return new DatagramPacket(new byte[2048], 2048);
    }

    @Override
    public void close() {
        front.close();
        back.close();
    }
}
