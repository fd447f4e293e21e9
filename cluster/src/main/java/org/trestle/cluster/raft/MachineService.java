package org.trestle.cluster.raft;

import io.atomix.primitive.service.BackupInput;
import io.atomix.primitive.service.BackupOutput;
import io.atomix.primitive.service.Commit;
import io.atomix.primitive.service.PrimitiveService;
import io.atomix.primitive.service.ServiceContext;
import io.atomix.primitive.session.Session;
import io.atomix.primitive.session.SessionId;
import io.atomix.utils.serializer.Serializer;
import io.atomix.utils.time.WallClockTimestamp;
import org.jspecify.annotations.Nullable;

/** Atomix's view of our machine: one for each node, on the thread that applies the log. */
final class MachineService implements PrimitiveService {
    private final Replica replica;
    private final Serializer serializer;
    private @Nullable ServiceContext context;

    MachineService(Replica replica, Serializer serializer) {
        this.replica = replica;
        this.serializer = serializer;
    }

    @Override
    public Serializer serializer() {
        return serializer;
    }

    @Override
    public void init(ServiceContext serviceContext) {
        context = serviceContext;
    }

    @Override
    public void tick(WallClockTimestamp timestamp) {}

    @Override
    public void backup(BackupOutput output) {
        output.writeBytes(replica.snapshot());
    }

    @Override
    public void restore(BackupInput input) {
        byte[] header = input.readBytes(Replica.HEADER);
        replica.restore(header, input.readBytes(replica.bodyLength(header)));
    }

    @Override
    public byte[] apply(Commit<byte[]> commit) {
        return replica.apply(commit.index(), commit.value());
    }

    @Override
    @SuppressWarnings("rawtypes") // as Atomix declares it
    public void register(Session session) {}

    @Override
    public void expire(SessionId sessionId) {}

    @Override
    public void close(SessionId sessionId) {}

    @Override
    public String toString() {
        return context == null ? "machine" : "machine of " + context.serviceName();
    }
}
