package flinkplayground.clickcount;

import java.time.Duration;
import org.apache.flink.api.common.eventtime.TimestampAssigner;
import org.apache.flink.api.common.eventtime.TimestampAssignerSupplier;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.util.clock.RelativeClock;

/**
 * Watermarks that no slow machine makes lose clicks.
 *
 * <p>An idle source is one for which the others do not wait, and whose clicks are dropped as late when it was only slow: after a
 * failure a TaskManager that gets little of the processor may take many seconds to its first record, or to the second partition.
 * So a partition is idle only after a whole minute without a record. A reader that has no partition at all, because there are more
 * readers than partitions, has nothing to lose and is idle soon; otherwise nothing would be counted for that minute.
 */
final class ClickWatermarks implements WatermarkStrategy<ClickEvent> {

    static final Duration READER_WITHOUT_PARTITIONS = Duration.ofSeconds(5);
    static final Duration SILENT_PARTITION = Duration.ofSeconds(60);

    private static final long serialVersionUID = 1L;
    private static final Duration OUT_OF_ORDERNESS = Duration.ofMillis(200);

    /** How many generators this reader has asked for; each reader has a copy of this object. */
    private transient int made;

    @Override
    public TimestampAssigner<ClickEvent> createTimestampAssigner(TimestampAssignerSupplier.Context context) {
        return (click, kafkaTimestamp) -> click.getTimestamp();
    }

    /** Flink asks for the reader's own generator first and then for one for each partition. */
    @Override
    public WatermarkGenerator<ClickEvent> createWatermarkGenerator(WatermarkGeneratorSupplier.Context context) {
        made++;
        if (made == 1) {
            return new OfReader(context.getInputActivityClock());
        }
        return WatermarkStrategy.<ClickEvent>forBoundedOutOfOrderness(OUT_OF_ORDERNESS)
                .withIdleness(SILENT_PARTITION)
                .createWatermarkGenerator(context);
    }

    private boolean hasPartitions() {
        return made > 1;
    }

    /** Has no clicks of its own: it says only whether the reader is waited for. */
    private final class OfReader implements WatermarkGenerator<ClickEvent> {

        private final RelativeClock clock;
        private long since;
        private boolean idle;
        private boolean waitedFor;

        OfReader(RelativeClock clock) {
            this.clock = clock;
            this.since = clock.relativeTimeMillis();
        }

        @Override
        public void onEvent(ClickEvent click, long timestamp, WatermarkOutput output) {}

        @Override
        public void onPeriodicEmit(WatermarkOutput output) {
            if (!hasPartitions()) {
                if (!idle && passed(READER_WITHOUT_PARTITIONS)) {
                    idle = true;
                    output.markIdle();
                }
            } else if (idle) {
                // Partitions came after all: until their first records have come they are waited for.
                idle = false;
                waitedFor = true;
                since = clock.relativeTimeMillis();
                output.markActive();
            } else if (waitedFor && passed(SILENT_PARTITION)) {
                // From here on the partitions alone decide.
                waitedFor = false;
                output.markIdle();
            }
        }

        private boolean passed(Duration duration) {
            return clock.relativeTimeMillis() - since >= duration.toMillis();
        }
    }
}
