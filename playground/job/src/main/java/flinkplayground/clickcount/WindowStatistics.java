package flinkplayground.clickcount;

import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/** Puts page and window to the count when a window closes. */
public class WindowStatistics extends ProcessWindowFunction<Long, ClickEventStatistics, String, TimeWindow> {

    private static final long serialVersionUID = 1L;

    @Override
    public void process(String page, Context context, Iterable<Long> counts, Collector<ClickEventStatistics> out) {
        TimeWindow window = context.window();
        out.collect(new ClickEventStatistics(window.getStart(), window.getEnd(), page, counts.iterator().next()));
    }
}
