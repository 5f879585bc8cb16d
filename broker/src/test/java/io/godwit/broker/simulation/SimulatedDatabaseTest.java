package io.godwit.broker.simulation;

import io.godwit.broker.simulation.SimulatedDisk.Durability;
import io.godwit.broker.spi.Database;
import io.godwit.broker.spi.DatabaseContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The simulated database keeps the same contract as a real one. */
class SimulatedDatabaseTest extends DatabaseContract {

    private final Map<Path, SimulatedDisk> disks = new LinkedHashMap<>();

    @Override
    protected Database open(Path files) throws IOException {
        return disks.computeIfAbsent(files, this::diskAt).open(Durability.PROCESS);
    }

    private SimulatedDisk diskAt(Path files) {
        for (SimulatedDisk disk : disks.values()) {
            SimulatedDisk copy = disk.checkpointAt(files);
            if (copy != null) {
                return copy;
            }
        }
        return new SimulatedDisk(1);
    }
}
