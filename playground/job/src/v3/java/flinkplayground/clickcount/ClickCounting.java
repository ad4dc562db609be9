package flinkplayground.clickcount;

import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * Version 3.0: the same counts, but the counter's state has another type and the counter another uid. It does not restore a
 * savepoint of 1.0 or 2.0: Flink says "Cannot map checkpoint/savepoint state for operator …", because nobody claims the state of
 * {@code click-event-counter} any more. Allowing non-restored state starts it, without what the open window had counted.
 */
final class ClickCounting {

    private ClickCounting() {}

    static SingleOutputStreamOperator<ClickEventStatistics> count(DataStream<ClickEvent> clicks, boolean eventTime) {
        return clicks.keyBy(ClickEvent::getPage)
                .window(Windows.of(eventTime))
                .aggregate(new TimedClickCounter(), new WindowStatistics())
                .name("ClickEvent Counter")
                .uid("timed-click-event-counter");
    }
}
