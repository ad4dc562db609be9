package flinkplayground.clickcount;

import org.apache.flink.api.common.functions.AggregateFunction;

/** Counts clicks. The accumulator's type is part of every savepoint: changing it makes older ones unreadable. */
public class ClickCounter implements AggregateFunction<ClickEvent, Long, Long> {

    private static final long serialVersionUID = 1L;

    @Override
    public Long createAccumulator() {
        return 0L;
    }

    @Override
    public Long add(ClickEvent click, Long count) {
        return count + 1;
    }

    @Override
    public Long getResult(Long count) {
        return count;
    }

    @Override
    public Long merge(Long one, Long other) {
        return one + other;
    }
}
