package flinkplayground.generator;

/** Windows that were skipped: {@code from} is the start of the first of them, {@code to} that of the first one after them. */
final class Gap {

    private final long from;
    private final long to;

    Gap(long from, long to) {
        this.from = from;
        this.to = to;
    }

    long from() {
        return from;
    }

    long to() {
        return to;
    }

    String toJson() {
        return "{\"from\":\"" + Click.iso(from) + "\",\"to\":\"" + Click.iso(to) + "\"}";
    }
}
