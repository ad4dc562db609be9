package flinkplayground.generator;

/** The two clocks of a machine: one tells the time and may be set, the other only measures. */
interface Clock {

    /** Milliseconds since the epoch; jumps when the clock is set and after the machine slept. */
    long wallMillis();

    /** Never goes backwards; only differences have a meaning. May stand still while the machine sleeps. */
    long monotonicNanos();

    void sleep(long millis) throws InterruptedException;

    Clock SYSTEM = new Clock() {
        @Override
        public long wallMillis() {
            return System.currentTimeMillis();
        }

        @Override
        public long monotonicNanos() {
            return System.nanoTime();
        }

        @Override
        public void sleep(long millis) throws InterruptedException {
            Thread.sleep(millis);
        }
    };
}
