package flinkplayground.clickcount;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.Collector;

/** {@link WindowStatistics} with the metrics {@code countsEmitted} and {@code lastCount}. */
public class MeasuredWindowStatistics extends WindowStatistics {

    private static final long serialVersionUID = 1L;

    private transient Counter countsEmitted;
    private transient long lastCount;

    @Override
    public void open(OpenContext context) {
        countsEmitted = getRuntimeContext().getMetricGroup().counter("countsEmitted");
        getRuntimeContext().getMetricGroup().gauge("lastCount", () -> lastCount);
    }

    @Override
    public void process(String page, Context context, Iterable<Long> counts, Collector<ClickEventStatistics> out) {
        lastCount = counts.iterator().next();
        countsEmitted.inc();
        super.process(page, context, counts, out);
    }
}
