package flinkplayground.clickcount;

import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * Version 2.0: an operator more (pages are spelled alike before they are counted) and another window function (with metrics). It
 * restores a savepoint of 1.0: the counter kept its uid and the type of its state, and a new operator begins without any.
 */
final class ClickCounting {

    private ClickCounting() {}

    static SingleOutputStreamOperator<ClickEventStatistics> count(DataStream<ClickEvent> clicks, boolean eventTime) {
        return clicks.map(new PageSpelling())
                .name("ClickEvent Normalizer")
                .uid("click-event-normalizer")
                .keyBy(ClickEvent::getPage)
                .window(Windows.of(eventTime))
                .aggregate(new ClickCounter(), new MeasuredWindowStatistics())
                .name("ClickEvent Counter")
                .uid("click-event-counter");
    }
}
