package flinkplayground.generator;

import java.io.Closeable;
import java.util.Map;

/** Where clicks are stored. */
interface ClickLog extends Closeable {

    /** The timestamp of the last stored click of each page, without pages that have none. */
    Map<String, Long> lastTimestamps();

    /** Stores a batch, all of it or nothing, and returns when it is stored. Any exception leaves it open which of the two it was. */
    void store(Batch batch);

    @Override
    void close();
}
