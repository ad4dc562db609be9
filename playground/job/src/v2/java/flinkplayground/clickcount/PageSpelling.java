package flinkplayground.clickcount;

import java.util.Locale;
import org.apache.flink.api.common.functions.MapFunction;

/** Spells a page in one way: lower case, no white space around it, no slash at its end. */
public class PageSpelling implements MapFunction<ClickEvent, ClickEvent> {

    private static final long serialVersionUID = 1L;

    @Override
    public ClickEvent map(ClickEvent click) {
        String page = click.getPage().trim().toLowerCase(Locale.ROOT);
        while (page.length() > 1 && page.endsWith("/")) {
            page = page.substring(0, page.length() - 1);
        }
        return new ClickEvent(click.getTimestamp(), page);
    }
}
