package flinkplayground.generator;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;

/**
 * Writes clicks on six pages, exactly {@link Schedule#CLICKS_PER_WINDOW} of each in every window of 15 s of event time, and after
 * whatever end goes on with the next one.
 *
 * <p>Arguments: {@code --bootstrap.servers <host:port>} (localhost:9092), {@code --topic <name>} (input), {@code --gaps-topic
 * <name>} (input-gaps), {@code --speed <times>} (1). Ends with 1 when a record could not be written, 2 for wrong arguments, 3 when
 * another generator took over, and by SIGTERM after the batch at hand.
 */
public final class ClickEventGenerator {

    static final List<String> PAGES = List.of("/help", "/index", "/shop", "/jobs", "/about", "/news");

    private static final int EXIT_FAILED = 1;
    private static final int EXIT_ARGUMENTS = 2;
    private static final int EXIT_FENCED = 3;

    private static final long TICK_MS = 100;
    private static final long SHORTEST_TICK_MS = 25;
    private static final long END_WITHIN_SECONDS = 8;
    /** Longer than a delivery may take: what fails this soon after a standstill failed because of it. */
    private static final long AFTER_FREEZE_MS = 45_000;

    private final CountDownLatch stopRequested = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    private ClickEventGenerator() {}

    public static void main(String[] args) {
        GeneratorOptions options;
        try {
            options = GeneratorOptions.parse(args);
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.exit(EXIT_ARGUMENTS);
            return;
        }
        ClickEventGenerator generator = new ClickEventGenerator();
        Runtime.getRuntime().addShutdownHook(new Thread(generator::stop, "stop"));
        int code = generator.run(options);
        if (code != 0) {
            System.exit(code);
        }
    }

    private int run(GeneratorOptions options) {
        try (FreezeWatch freezes = FreezeWatch.start(Clock.SYSTEM)) {
            while (true) {
                try {
                    generate(options);
                    System.out.println("generator stopped");
                    return 0;
                } catch (KafkaException failure) {
                    if (!freezes.frozenWithin(AFTER_FREEZE_MS)) {
                        return report(failure);
                    }
                    // The broker has ended the transaction that was open while this process stood still. What was stored is
                    // read again, so nothing is lost or doubled by going on.
                    System.out.println("generator stood still for a while and opens its log again");
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return EXIT_FAILED;
        } finally {
            ended.countDown();
        }
    }

    private void generate(GeneratorOptions options) throws InterruptedException {
        long tick = Math.max(SHORTEST_TICK_MS, Math.round(TICK_MS / options.speed()));
        try (ClickLog log =
                KafkaClickLog.open(options.bootstrapServers(), options.topic(), options.gapsTopic(), PAGES)) {
            Schedule schedule = new Schedule(PAGES, log.lastTimestamps(), options.speed(), Clock.SYSTEM);
            System.out.println("generator ready");
            do {
                Batch batch = schedule.due();
                if (!batch.isEmpty()) {
                    log.store(batch);
                    report(batch);
                }
            } while (!stopRequested.await(tick, TimeUnit.MILLISECONDS));
        }
    }

    /** Runs as the shutdown hook, for SIGTERM and for an end of our own alike. */
    private void stop() {
        stopRequested.countDown();
        try {
            if (!ended.await(END_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("The generator ends before its last batch was confirmed. It is stored wholly or not at all.");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void report(Batch batch) {
        for (Gap gap : batch.gaps()) {
            System.out.println("not generated " + Click.iso(gap.from()) + " to " + Click.iso(gap.to()));
        }
        for (long window : batch.completedWindows()) {
            System.out.println("window " + Click.iso(window) + " " + PAGES.size() * Schedule.CLICKS_PER_WINDOW + " events");
        }
    }

    /**
     * Whether another generator took over: the broker says so by the epoch, or, while it still ends the transaction for the other
     * one, by refusing the commit as no longer possible ({@code TransactionCoordinator.endTransaction} in {@code PrepareEpochFence}
     * and {@code PrepareAbort}).
     */
    static boolean tookOver(KafkaException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProducerFencedException
                    || cause instanceof InvalidProducerEpochException
                    || cause instanceof InvalidTxnStateException) {
                return true;
            }
        }
        return false;
    }

    private static int report(KafkaException failure) {
        if (tookOver(failure)) {
            System.err.println("Another generator writes to this topic now, so this one ends.");
            return EXIT_FENCED;
        }
        System.err.println("The generator ends because clicks could not be stored: " + failure.getMessage());
        failure.printStackTrace();
        return EXIT_FAILED;
    }
}
