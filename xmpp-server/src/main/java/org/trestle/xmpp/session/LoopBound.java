package org.trestle.xmpp.session;

import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;

/** Something that lives on one event loop, to which whoever comes from another thread has to hop. */
abstract class LoopBound {
    private final EventLoop loop;
    private final SessionContext context;

    LoopBound(EventLoop loop, SessionContext context) {
        this.loop = loop;
        this.context = context;
    }

    public final EventLoop loop() {
        return loop;
    }

    protected final SessionContext context() {
        return context;
    }

    /** Runs on the loop behind everything that waits for it already, also when this thread is the loop. */
    public final void afterwards(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException stopped) {
            context.meters().lateTask();
        }
    }

    /** Runs at once on the loop, else hops to it; on a loop that has stopped there is nothing left to do. */
    public final void onLoop(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            afterwards(task);
        }
    }
}
