package org.trestle.node.shell;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The operator's terminal at the other end of the socket. */
final class RemoteTerminal implements Terminal {
    private final SocketChannel channel;

    RemoteTerminal(SocketChannel channel) {
        this.channel = channel;
    }

    /** The command, which is the first frame. */
    Invocation invocation() throws IOException {
        ByteBuffer frame = Frames.receive(channel);
        byte[][] parts = frame.get() == Frames.COMMAND ? Frames.split(Frames.bytes(frame)) : new byte[0][];
        if (parts.length < 2) {
            throw new IOException("not a command");
        }
        List<String> words = new ArrayList<>();
        for (byte[] part : parts) {
            words.add(new String(part, StandardCharsets.UTF_8));
        }
        return new Invocation(words.get(0), words.get(1), words.subList(2, words.size()));
    }

    @Override
    public void out(String text) throws IOException {
        Frames.send(channel, Frames.OUT, text);
    }

    @Override
    public void err(String text) throws IOException {
        Frames.send(channel, Frames.ERR, text);
    }

    @Override
    public byte[] file(String name) throws IOException, ConsoleException {
        return ask(Frames.READ, name.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String write(String name, byte[] content) throws IOException, ConsoleException {
        byte[] full = ask(Frames.WRITE, Frames.join(name.getBytes(StandardCharsets.UTF_8), content));
        return new String(full, StandardCharsets.UTF_8);
    }

    @Override
    public String secret(String prompt) throws IOException, ConsoleException {
        return new String(ask(Frames.ASK, prompt.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }

    private byte[] ask(byte type, byte[] content) throws IOException, ConsoleException {
        Frames.send(channel, type, content);
        ByteBuffer frame = Frames.receive(channel);
        if (frame.get() == Frames.ANSWER) {
            return Frames.bytes(frame);
        }
        throw new ConsoleException(Frames.text(frame));
    }
}
