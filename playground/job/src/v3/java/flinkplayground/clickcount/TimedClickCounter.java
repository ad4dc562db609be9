package flinkplayground.clickcount;

import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.java.tuple.Tuple2;

/** Counts clicks and keeps the time of the newest one: another type of state than {@link ClickCounter} has. */
public class TimedClickCounter implements AggregateFunction<ClickEvent, Tuple2<Long, Long>, Long> {

    private static final long serialVersionUID = 1L;

    @Override
    public Tuple2<Long, Long> createAccumulator() {
        return Tuple2.of(0L, Long.MIN_VALUE);
    }

    @Override
    public Tuple2<Long, Long> add(ClickEvent click, Tuple2<Long, Long> seen) {
        return Tuple2.of(seen.f0 + 1, Math.max(seen.f1, click.getTimestamp()));
    }

    @Override
    public Long getResult(Tuple2<Long, Long> seen) {
        return seen.f0;
    }

    @Override
    public Tuple2<Long, Long> merge(Tuple2<Long, Long> one, Tuple2<Long, Long> other) {
        return Tuple2.of(one.f0 + other.f0, Math.max(one.f1, other.f1));
    }
}
