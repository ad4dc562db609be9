package flinkplayground.clickcount;

import java.time.Duration;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.assigners.TumblingProcessingTimeWindows;
import org.apache.flink.streaming.api.windowing.assigners.WindowAssigner;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;

/** The windows in which every version counts. */
final class Windows {

    static final Duration SIZE = Duration.ofSeconds(15);

    private Windows() {}

    static WindowAssigner<Object, TimeWindow> of(boolean eventTime) {
        return eventTime ? TumblingEventTimeWindows.of(SIZE) : TumblingProcessingTimeWindows.of(SIZE);
    }
}
