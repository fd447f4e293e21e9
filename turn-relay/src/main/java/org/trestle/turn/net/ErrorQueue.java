package org.trestle.turn.net;

import com.sun.jna.Native;
import io.netty.channel.unix.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.turn.stun.TransportAddress;

/**
 * Reads what the kernel keeps of ICMP errors for a socket that asked for them (IP_RECVERR): recvmsg with MSG_ERRQUEUE,
 * the one system call that netty does not have. One for each loop; only the loop's thread may call.
 */
final class ErrorQueue {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorQueue.class);

    private static final int MSG_ERRQUEUE = 0x2000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOL_IP = 0;
    private static final int IP_RECVERR = 11;
    private static final int SOL_IPV6 = 41;
    private static final int IPV6_RECVERR = 25;
    private static final int ORIGIN_ICMP = 2;
    private static final int ORIGIN_ICMP6 = 3;

    // One piece of memory: struct msghdr, a sockaddr, the control messages, a struct iovec and what it points to.
    private static final int NAME = 64;
    private static final int NAME_BYTES = 28;
    private static final int CONTROL = 96;
    private static final int CONTROL_BYTES = 256;
    private static final int PIECE = CONTROL + CONTROL_BYTES;
    private static final int DATA = PIECE + 16;
    private static final int DATA_BYTES = 16;
    private static final int CONTROL_HEADER = 16;

    private static final boolean AVAILABLE = load();

    private final ByteBuffer memory =
            ByteBuffer.allocateDirect(DATA + DATA_BYTES).order(ByteOrder.nativeOrder());
    private final long address = Buffer.memoryAddress(memory);

    /** The C library. Apart, so that this class can be used where JNA cannot. */
    private static final class Library {
        private Library() {}

        static {
            Native.register(Library.class, "c");
        }

        static native long recvmsg(int fd, long message, int flags);

        static boolean isFor64Bits() {
            return Native.POINTER_SIZE == 8;
        }
    }

    /**
     * An error that a router or the peer's machine sent about a datagram.
     *
     * @param peer whom the datagram was for
     * @param type of ICMP for an IPv4 peer, of ICMPv6 for an IPv6 peer
     * @param data the next hop's MTU when the datagram was too big, else 0
     */
    record Icmp(TransportAddress peer, int type, int code, int data) {}

    private static boolean load() {
        // JNA would unpack its native part in the home directory, which a service often has not; netty uses this one.
        if (System.getProperty("jna.tmpdir") == null) {
            System.setProperty(
                    "jna.tmpdir", System.getProperty("io.netty.native.workdir", System.getProperty("java.io.tmpdir")));
        }
        try {
            if (Library.isFor64Bits()) {
                return true;
            }
            LOG.info("clients are not told of ICMP errors of their peers: this is a machine of 32 bits");
        } catch (LinkageError missing) {
            LOG.info(
                    "clients are not told of ICMP errors of their peers: the library JNA is missing or cannot be loaded ({});"
                            + " it needs a directory for its native part where programs may be run (-Djna.tmpdir=DIRECTORY)",
                    missing.toString());
        }
        return false;
    }

    /** Whether this machine has the call. The first time it may take a tenth of a second. */
    static boolean available() {
        return AVAILABLE;
    }

    /**
     * Takes one entry off the error queue of a socket.
     *
     * @return false when there was none
     */
    boolean next(int fd) {
        memory.putLong(0, address + NAME);
        memory.putInt(8, NAME_BYTES);
        memory.putLong(16, address + PIECE);
        memory.putLong(24, 1);
        memory.putLong(32, address + CONTROL);
        memory.putLong(40, CONTROL_BYTES);
        memory.putInt(48, 0);
        memory.putLong(PIECE, address + DATA);
        memory.putLong(PIECE + 8, DATA_BYTES);
        return Library.recvmsg(fd, address, MSG_ERRQUEUE | MSG_DONTWAIT) >= 0;
    }

    /** What {@link #next} has taken; null if it is no ICMP error, but for example one of this machine itself. */
    @Nullable
    Icmp icmp() {
        long end = CONTROL + Math.min(CONTROL_BYTES, memory.getLong(40));
        int at = CONTROL;
        while (at + CONTROL_HEADER + 16 <= end) {
            long length = memory.getLong(at);
            int level = memory.getInt(at + 8);
            int type = memory.getInt(at + 12);
            if ((level == SOL_IP && type == IP_RECVERR) || (level == SOL_IPV6 && type == IPV6_RECVERR)) {
                return icmp(at + CONTROL_HEADER);
            }
            if (length < CONTROL_HEADER) {
                return null;
            }
            at += (int) Math.min(CONTROL_BYTES, (length + 7) & ~7L);
        }
        return null;
    }

    /** Of a struct sock_extended_err at {@code error}. */
    private @Nullable Icmp icmp(int error) {
        int origin = memory.get(error + 4);
        TransportAddress peer = peer();
        if (peer == null || (origin != ORIGIN_ICMP && origin != ORIGIN_ICMP6)) {
            return null;
        }
        int type = memory.get(error + 5) & 0xff;
        int code = memory.get(error + 6) & 0xff;
        boolean tooBig = origin == ORIGIN_ICMP ? type == 3 && code == 4 : type == 2;
        return new Icmp(peer, type, code, tooBig ? memory.getInt(error + 8) : 0);
    }

    private @Nullable TransportAddress peer() {
        int port = (memory.get(NAME + 2) & 0xff) << 8 | (memory.get(NAME + 3) & 0xff);
        int family = memory.getShort(NAME);
        if (family == AF_INET) {
            byte[] ip = new byte[4];
            memory.get(NAME + 4, ip);
            return new TransportAddress(DatagramLoop.high(ip, 4), DatagramLoop.low(ip, 4), port);
        }
        if (family == AF_INET6) {
            byte[] ip = new byte[16];
            memory.get(NAME + 8, ip);
            return new TransportAddress(DatagramLoop.high(ip, 16), DatagramLoop.low(ip, 16), port);
        }
        return null;
    }

    /** Whether the kernel keeps errors for the socket from now on; what it has kept is forgotten when not. */
    static void ask(io.netty.channel.epoll.LinuxSocket socket, boolean ipv6, boolean on) throws java.io.IOException {
        socket.setIntOpt(ipv6 ? SOL_IPV6 : SOL_IP, ipv6 ? IPV6_RECVERR : IP_RECVERR, on ? 1 : 0);
    }
}
