package org.trestle.cluster.raft;

import io.atomix.primitive.PrimitiveBuilder;
import io.atomix.primitive.PrimitiveManagementService;
import io.atomix.primitive.PrimitiveType;
import io.atomix.primitive.PrimitiveTypeRegistry;
import io.atomix.primitive.config.PrimitiveConfig;
import io.atomix.primitive.service.PrimitiveService;
import io.atomix.primitive.service.ServiceConfig;
import io.atomix.utils.serializer.Namespace;
import io.atomix.utils.serializer.Namespaces;
import io.atomix.utils.serializer.Serializer;
import java.util.Collection;
import java.util.List;

/** Tells Atomix of our one machine, and gives it a new service for each start and each snapshot. */
@SuppressWarnings("rawtypes") // Atomix's own signatures are raw
final class MachineType implements PrimitiveType, PrimitiveTypeRegistry {
    static final String NAME = "trestle";
    static final String SERVICE = "state";

    // A session cannot be opened, without any message, when the class of its configuration is unknown.
    private static final Namespace NAMESPACE = Namespace.builder()
            .register(Namespaces.BASIC)
            .nextId(Namespaces.BEGIN_USER_CUSTOM_ID)
            .register(ServiceConfig.class)
            .build();
    private static final Serializer SERIALIZER = Serializer.using(NAMESPACE);

    private final Replica replica;

    MachineType(Replica replica) {
        this.replica = replica;
    }

    static byte[] emptyConfig() {
        return SERIALIZER.encode(new ServiceConfig());
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Namespace namespace() {
        return NAMESPACE;
    }

    @Override
    public PrimitiveService newService(ServiceConfig config) {
        return new MachineService(replica, SERIALIZER);
    }

    @Override
    public PrimitiveConfig newConfig() {
        throw new UnsupportedOperationException("no primitives");
    }

    @Override
    public PrimitiveBuilder newBuilder(String name, PrimitiveConfig config, PrimitiveManagementService service) {
        throw new UnsupportedOperationException("no primitives");
    }

    @Override
    public Collection<PrimitiveType> getPrimitiveTypes() {
        return List.of(this);
    }

    @Override
    public PrimitiveType getPrimitiveType(String typeName) {
        if (!typeName.equals(NAME)) {
            throw new IllegalArgumentException("unknown machine " + typeName);
        }
        return this;
    }
}
