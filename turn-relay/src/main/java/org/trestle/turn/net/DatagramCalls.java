package org.trestle.turn.net;

import io.netty.channel.epoll.Epoll;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import org.jspecify.annotations.Nullable;

/**
 * The three system calls that move datagrams in batches: recvmmsg, recvmsg (with the size of the segments that the
 * kernel has put together) and sendmmsg. They are netty's own native methods, called below netty's channels, because a
 * channel makes five objects for each datagram.
 *
 * <p>All calls return what the system call returned, or the negative error number.
 */
final class DatagramCalls {

    static final int EAGAIN = -11;
    static final int EIO = -5;
    static final int EINVAL = -22;
    static final int EMSGSIZE = -90;

    private static final @Nullable Natives NATIVES = Natives.find();

    // Constants on their own, so that the compiler sees through them.
    private static final MethodHandle RECVMMSG = NATIVES == null ? unsupported() : NATIVES.recvmmsg();
    private static final MethodHandle RECVMSG = NATIVES == null ? unsupported() : NATIVES.recvmsg();
    private static final MethodHandle SENDMMSG = NATIVES == null ? unsupported() : NATIVES.sendmmsg();

    private DatagramCalls() {}

    /** Whether this machine and this netty have the calls. */
    static boolean available() {
        return NATIVES != null;
    }

    static int recvmmsg(int fd, boolean ipv6, Object packets, int offset, int count) {
        try {
            return (int) RECVMMSG.invokeExact(fd, ipv6, packets, offset, count);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    static int recvmsg(int fd, boolean ipv6, Object packet) {
        try {
            return (int) RECVMSG.invokeExact(fd, ipv6, packet);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    static int sendmmsg(int fd, boolean ipv6, Object packets, int offset, int count) {
        try {
            return (int) SENDMMSG.invokeExact(fd, ipv6, packets, offset, count);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    static Natives natives() {
        if (NATIVES == null) {
            throw new IllegalStateException("this machine has no batched datagram calls");
        }
        return NATIVES;
    }

    private static MethodHandle unsupported() {
        return MethodHandles.throwException(int.class, UnsupportedOperationException.class);
    }

    static RuntimeException failed(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
    }

    /** What is taken from netty: three native methods and the class of the messages that they read and write. */
    record Natives(
            MethodHandles.Lookup packetLookup,
            Class<?> packet,
            MethodHandle recvmmsg,
            MethodHandle recvmsg,
            MethodHandle sendmmsg) {

        static @Nullable Natives find() {
            if (!Epoll.isAvailable()) {
                return null;
            }
            try {
                Class<?> calls = Class.forName("io.netty.channel.epoll.Native");
                Class<?> packet =
                        Class.forName("io.netty.channel.epoll.NativeDatagramPacketArray$NativeDatagramPacket");
                MethodHandles.Lookup own = MethodHandles.lookup();
                MethodHandles.Lookup inCalls = MethodHandles.privateLookupIn(calls, own);
                Class<?> packets = Array.newInstance(packet, 0).getClass();
                MethodType many =
                        MethodType.methodType(int.class, int.class, boolean.class, packets, int.class, int.class);
                MethodType one = MethodType.methodType(int.class, int.class, boolean.class, packet);
                return new Natives(
                        MethodHandles.privateLookupIn(packet, own),
                        packet,
                        erased(inCalls.findStatic(calls, "recvmmsg0", many)),
                        erased(inCalls.findStatic(calls, "recvmsg0", one)),
                        erased(inCalls.findStatic(calls, "sendmmsg0", many)));
            } catch (ReflectiveOperationException e) {
                return null;
            }
        }

        private static MethodHandle erased(MethodHandle handle) {
            return handle.asType(handle.type().changeParameterType(2, Object.class));
        }
    }
}
