package flinkplayground.clickcount;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.clock.RelativeClock;
import org.junit.jupiter.api.Test;

/** When the others wait for a reader or a partition, and when they do not. */
class ClickWatermarksTest {

    private final ClickWatermarks watermarks = new ClickWatermarks();
    private final List<String> said = new ArrayList<>();
    private long now = 1_000_000;

    @Test
    void doesNotWaitLongForAReaderWithoutPartitions() {
        WatermarkGenerator<ClickEvent> reader = generator();

        emitAfter(Duration.ofSeconds(4), reader);
        assertEquals(List.of(), said);
        emitAfter(Duration.ofSeconds(2), reader);
        assertEquals(List.of("idle"), said);
    }

    @Test
    void waitsForAPartitionWhoseFirstRecordTakesItsTime() {
        WatermarkGenerator<ClickEvent> reader = generator();
        WatermarkGenerator<ClickEvent> partition = generator();

        for (int second = 0; second < 50; second++) {
            emitAfter(Duration.ofSeconds(1), reader, partition);
        }
        assertEquals(List.of(), withoutWatermarks());
    }

    @Test
    void waitsNoLongerForAPartitionThatStaysEmpty() {
        WatermarkGenerator<ClickEvent> reader = generator();
        WatermarkGenerator<ClickEvent> partition = generator();

        for (int second = 0; second < 70; second++) {
            emitAfter(Duration.ofSeconds(1), reader, partition);
        }
        assertEquals("idle", withoutWatermarks().get(0));
    }

    @Test
    void waitsAgainForAReaderThatGetsItsPartitionsLate() {
        WatermarkGenerator<ClickEvent> reader = generator();
        emitAfter(Duration.ofSeconds(6), reader);
        generator();

        emitAfter(Duration.ofSeconds(1), reader);
        assertEquals(List.of("idle", "active"), said);
        emitAfter(ClickWatermarks.SILENT_PARTITION, reader);
        assertEquals(List.of("idle", "active", "idle"), said);
    }

    @Test
    void followsTheClicksOfAPartition() {
        generator();
        WatermarkGenerator<ClickEvent> partition = generator();

        partition.onEvent(new ClickEvent(), 15_000, output());
        emitAfter(Duration.ofMillis(200), partition);
        assertEquals(List.of("watermark 14799"), said);
    }

    private WatermarkGenerator<ClickEvent> generator() {
        return watermarks.createWatermarkGenerator(new WatermarkGeneratorSupplier.Context() {
            @Override
            public MetricGroup getMetricGroup() {
                return new UnregisteredMetricsGroup();
            }

            @Override
            public RelativeClock getInputActivityClock() {
                return clock();
            }
        });
    }

    @SafeVarargs
    private void emitAfter(Duration pause, WatermarkGenerator<ClickEvent>... generators) {
        now += pause.toMillis();
        for (WatermarkGenerator<ClickEvent> generator : generators) {
            generator.onPeriodicEmit(output());
        }
    }

    private List<String> withoutWatermarks() {
        List<String> rest = new ArrayList<>(said);
        rest.removeIf(line -> line.startsWith("watermark"));
        return rest;
    }

    private RelativeClock clock() {
        return new RelativeClock() {
            @Override
            public long relativeTimeMillis() {
                return now;
            }

            @Override
            public long relativeTimeNanos() {
                return now * 1_000_000;
            }
        };
    }

    private WatermarkOutput output() {
        return new WatermarkOutput() {
            @Override
            public void emitWatermark(Watermark watermark) {
                said.add("watermark " + watermark.getTimestamp());
            }

            @Override
            public void markIdle() {
                said.add("idle");
            }

            @Override
            public void markActive() {
                said.add("active");
            }
        };
    }
}
