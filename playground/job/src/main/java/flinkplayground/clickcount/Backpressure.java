package flinkplayground.clickcount;

import java.time.LocalTime;
import org.apache.flink.api.common.functions.MapFunction;

/** Lets at most ten clicks a second through in every even minute of the clock, and all of them in every odd one. */
public class Backpressure implements MapFunction<ClickEvent, ClickEvent> {

    private static final long serialVersionUID = 1L;
    private static final long PAUSE_MS = 100;

    @Override
    public ClickEvent map(ClickEvent click) throws InterruptedException {
        if (LocalTime.now().getMinute() % 2 == 0) {
            Thread.sleep(PAUSE_MS);
        }
        return click;
    }
}
