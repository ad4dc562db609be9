package flinkplayground.clickcount;

import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/** Version 1.0: clicks per page and window. */
final class ClickCounting {

    private ClickCounting() {}

    static SingleOutputStreamOperator<ClickEventStatistics> count(DataStream<ClickEvent> clicks, boolean eventTime) {
        return clicks.keyBy(ClickEvent::getPage)
                .window(Windows.of(eventTime))
                .aggregate(new ClickCounter(), new WindowStatistics())
                .name("ClickEvent Counter")
                .uid("click-event-counter");
    }
}
