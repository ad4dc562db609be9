package flinkplayground.clickcount;

/** The clicks on one page in one window. A Flink POJO. */
public class ClickEventStatistics {

    private long windowStart;
    private long windowEnd;
    private String page;
    private long count;

    public ClickEventStatistics() {}

    public ClickEventStatistics(long windowStart, long windowEnd, String page, long count) {
        this.windowStart = windowStart;
        this.windowEnd = windowEnd;
        this.page = page;
        this.count = count;
    }

    /** First millisecond of the window. */
    public long getWindowStart() {
        return windowStart;
    }

    public void setWindowStart(long windowStart) {
        this.windowStart = windowStart;
    }

    /** First millisecond after the window. */
    public long getWindowEnd() {
        return windowEnd;
    }

    public void setWindowEnd(long windowEnd) {
        this.windowEnd = windowEnd;
    }

    public String getPage() {
        return page;
    }

    public void setPage(String page) {
        this.page = page;
    }

    public long getCount() {
        return count;
    }

    public void setCount(long count) {
        this.count = count;
    }
}
