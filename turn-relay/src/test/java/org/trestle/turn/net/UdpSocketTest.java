package org.trestle.turn.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.trestle.turn.stun.TransportAddress;

/** Real sockets on loopback: bytes and addresses arrive as they were sent, in whatever batches the kernel makes. */
@EnabledOnOs(OS.LINUX)
final class UdpSocketTest {

    private static final int SECONDS = 90;
    private static final UdpSocket.Options OPTIONS = new UdpSocket.Options(false, true, true, false, 1 << 20);

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final IoEventLoop executor = group.next();
    private final NetCounters counters = new NetCounters();
    private DatagramLoop loop;
    private DatagramSocket client;

    @BeforeEach
    void open() throws Exception {
        loop = on(() -> new DatagramLoop(executor, counters));
        client = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        client.setSoTimeout(SECONDS * 1000);
    }

    @AfterEach
    void close() {
        client.close();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void echoesEverySizeUnchanged() throws Exception {
        UdpSocket echo = echo();
        Random random = new Random(3);
        for (int size : new int[] {0, 1, 160, 1200, 9_000, 40_000, 65_507}) {
            byte[] sent = new byte[size];
            random.nextBytes(sent);
            send(sent, echo.localAddress());
            assertTrue(Arrays.equals(sent, receive()), size + " bytes");
        }
    }

    /** RFC 8656 section 15: only what a client sends with DONT-FRAGMENT is kept in one piece. */
    @Test
    void dontFragmentIsSetForOneDatagramOnly() throws Exception {
        UdpSocket socket = echo();
        assertFalse(on(socket::setsDontFragment));
        TransportAddress to = TransportAddress.of((InetSocketAddress) client.getLocalSocketAddress());
        on(() -> {
            socket.sendUnfragmented(filled(10, 7), to.high(), to.low(), to.port());
            return null;
        });
        assertEquals(10, receive().length);
        assertFalse(on(socket::setsDontFragment));
    }

    @Test
    void sendsToTheAddressThatIsMeant() throws Exception {
        UdpSocket socket = echo();
        // 127.0.0.1 would not do: the kernel takes 0.0.0.0 for it.
        try (DatagramSocket other = new DatagramSocket(0, InetAddress.getByName("127.0.0.2"))) {
            other.setSoTimeout(SECONDS * 1000);
            TransportAddress to = TransportAddress.of((InetSocketAddress) other.getLocalSocketAddress());
            on(() -> {
                socket.send(filled(10, 7), to.high(), to.low(), to.port());
                return null;
            });
            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            other.receive(packet);
            assertEquals(10, packet.getLength());
        }
    }

    @Test
    void sendsRunsInOrderAndWhole() throws Exception {
        UdpSocket socket = echo();
        TransportAddress to = TransportAddress.of(local());
        int[] sizes = {160, 160, 160, 100, 160, 1200, 1200, 1200, 1200, 1, 0, 0, 5, 5, 2000};
        on(() -> {
            for (int i = 0; i < sizes.length; i++) {
                socket.send(filled(sizes[i], i), to.high(), to.low(), to.port());
            }
            return null;
        });
        for (int i = 0; i < sizes.length; i++) {
            byte[] datagram = receive();
            assertEquals(sizes[i], datagram.length, "datagram " + i);
            for (byte b : datagram) {
                assertEquals(i, b);
            }
        }
    }

    @Test
    void runsThatTheKernelPutTogetherComeApart() throws Exception {
        BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
        UdpSocket receiver = on(() -> UdpSocket.open(loop, any(), OPTIONS, (view, high, low, port) -> {
            byte[] bytes = new byte[view.readableBytes()];
            view.getBytes(view.readerIndex(), bytes);
            // What is before a datagram may be overwritten without harm to its neighbours.
            view.setInt(view.readerIndex() - 4, -1);
            received.add(bytes);
        }));
        UdpSocket sender = echo();
        TransportAddress to = TransportAddress.of(receiver.localAddress());
        int rounds = 300;
        int run = 16;
        for (int round = 0; round < rounds; round++) {
            int number = round;
            on(() -> {
                for (int i = 0; i < run; i++) {
                    sender.send(filled(200 + number % 7, number + i), to.high(), to.low(), to.port());
                }
                return null;
            });
            for (int i = 0; i < run; i++) {
                byte[] datagram = received.poll(SECONDS, TimeUnit.SECONDS);
                assertEquals(200 + round % 7, datagram.length);
                assertEquals((byte) (round + i), datagram[0]);
                assertEquals((byte) (round + i), datagram[datagram.length - 1]);
            }
        }
        assumeTrue(on(receiver::coalesces), "this kernel does not put runs together");
    }

    @Test
    void runsThatWaitWhileCoalescingEndsComeApartToo() throws Exception {
        BlockingQueue<Integer> sizes = new LinkedBlockingQueue<>();
        UdpSocket receiver = on(
                () -> UdpSocket.open(loop, any(), OPTIONS, (view, high, low, port) -> sizes.add(view.readableBytes())));
        UdpSocket sender = echo();
        TransportAddress to = TransportAddress.of(receiver.localAddress());
        for (int round = 0; round < 300; round++) {
            run(sender, to, 16);
            await(sizes, 16);
        }
        assumeTrue(on(receiver::coalesces), "this kernel does not put runs together");
        on(() -> {
            // Each longer than the one before: none of them makes a run with its neighbour.
            for (int size = 300; size < 370; size++) {
                sender.send(filled(size, 1), to.high(), to.low(), to.port());
            }
            for (int i = 0; i < 200; i++) {
                sender.send(filled(100, 1), to.high(), to.low(), to.port());
            }
            return null;
        });
        int last = 50;
        Integer size = null;
        for (int tries = 0; size == null || size != last; ) {
            if (size != null) {
                assertTrue(size == 100 || (size >= 300 && size < 370), "datagrams glued together: " + size);
            } else {
                // What comes in the moment in which coalescing ends may be lost, so the last one is sent until it
                // comes.
                assertTrue(tries++ < SECONDS);
                on(() -> {
                    sender.send(filled(last, 1), to.high(), to.low(), to.port());
                    return null;
                });
            }
            size = sizes.poll(1, TimeUnit.SECONDS);
        }
    }

    private void run(UdpSocket sender, TransportAddress to, int count) throws Exception {
        on(() -> {
            for (int i = 0; i < count; i++) {
                sender.send(filled(100, i), to.high(), to.low(), to.port());
            }
            return null;
        });
    }

    private static void await(BlockingQueue<Integer> sizes, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            assertEquals(100, sizes.poll(SECONDS, TimeUnit.SECONDS));
        }
    }

    @Test
    void whatCannotBeSentIsCountedAndTheRestGoes() throws Exception {
        UdpSocket socket = echo();
        TransportAddress to = TransportAddress.of(local());
        long before = counters.get(NetCounters.Count.DATAGRAMS_NOT_SENT);
        on(() -> {
            socket.send(filled(10, 1), to.high(), to.low(), to.port());
            socket.send(filled(65_600, 2), to.high(), to.low(), to.port());
            socket.send(filled(10, 3), to.high(), to.low(), to.port());
            return null;
        });
        assertEquals(1, receive()[0]);
        assertEquals(3, receive()[0]);
        assertEquals(before + 1, counters.get(NetCounters.Count.DATAGRAMS_NOT_SENT));
    }

    @Test
    void aClosedSocketSendsWhatWaitedAndItsPortIsFree() throws Exception {
        UdpSocket socket = echo();
        InetSocketAddress address = socket.localAddress();
        TransportAddress to = TransportAddress.of(local());
        on(() -> {
            socket.send(filled(10, 9), to.high(), to.low(), to.port());
            socket.close();
            socket.close();
            return UdpSocket.open(loop, address, OPTIONS, (view, high, low, port) -> {});
        });
        assertEquals(9, receive()[0]);
    }

    private UdpSocket echo() throws Exception {
        UdpSocket[] self = new UdpSocket[1];
        self[0] = on(() ->
                UdpSocket.open(loop, any(), OPTIONS, (view, high, low, port) -> self[0].send(view, high, low, port)));
        return self[0];
    }

    private static ByteBuf filled(int size, int value) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return Unpooled.directBuffer(Math.max(1, size)).writeBytes(bytes);
    }

    private InetSocketAddress local() {
        return (InetSocketAddress) client.getLocalSocketAddress();
    }

    private static InetSocketAddress any() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private void send(byte[] bytes, InetSocketAddress to) throws Exception {
        client.send(new DatagramPacket(bytes, bytes.length, to));
    }

    private byte[] receive() throws Exception {
        DatagramPacket packet = new DatagramPacket(new byte[70_000], 70_000);
        client.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    private <T> T on(Callable<T> action) throws Exception {
        return executor.submit(action).get(SECONDS, TimeUnit.SECONDS);
    }
}
