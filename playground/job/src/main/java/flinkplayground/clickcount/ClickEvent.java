package flinkplayground.clickcount;

/** One click on a page. A Flink POJO: it needs the public no-argument constructor and the setters. */
public class ClickEvent {

    private long timestamp;
    private String page;

    public ClickEvent() {}

    public ClickEvent(long timestamp, String page) {
        this.timestamp = timestamp;
        this.page = page;
    }

    /** Milliseconds of event time since the epoch. */
    public long getTimestamp() {
        return timestamp;
    }

    public void setTimestamp(long timestamp) {
        this.timestamp = timestamp;
    }

    public String getPage() {
        return page;
    }

    public void setPage(String page) {
        this.page = page;
    }
}
