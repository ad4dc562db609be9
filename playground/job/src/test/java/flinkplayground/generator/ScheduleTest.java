package flinkplayground.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import flinkplayground.support.WindowCounts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    private static final List<String> PAGES = ClickEventGenerator.PAGES;
    private static final long HOUR_MS = 3_600_000;

    private final FakeClock clock = new FakeClock("2026-11-23T10:00:07.000Z");
    private final Map<String, Long> stored = new HashMap<>();
    private final WindowCounts counts = new WindowCounts(PAGES);
    private final List<Gap> gaps = new ArrayList<>();
    private final List<Long> completed = new ArrayList<>();

    @Test
    void beginsOnTheNewestWindowBoundaryOfTheClock() {
        Batch first = start(1).due();

        assertEquals(
                PAGES.stream().sorted().map(page -> page + " 2026-11-23T10:00:00.000Z").collect(Collectors.toList()),
                first.clicks().stream().map(ScheduleTest::text).collect(Collectors.toList()));
    }

    @Test
    void givesEachPageAThousandClicksInFifteenSecondsOfTheClock() {
        Schedule schedule = start(1);

        run(schedule, 60_000);

        counts.assertExact(1);
        assertEquals(List.of(at("10:00:00"), at("10:00:15"), at("10:00:30"), at("10:00:45")), completed);
        assertEquals(List.of(), gaps);
    }

    @Test
    void runsAsManyTimesFasterAsItIsTold() {
        run(start(30), 5_000);

        counts.assertExact(1);
        assertEquals(10, completed.size());
    }

    @Test
    void goesOnAfterTheLastStoredClickWhenItIsStartedAgain() {
        run(start(1), 22_345);
        clock.pass(4_000);
        run(start(1), 30_000);

        counts.assertExact(1);
        counts.assertNoWindowMissing();
    }

    @Test
    void makesNoBurstAfterItWasStoppedForAWhile() {
        Schedule schedule = start(1);
        run(schedule, 3_000);

        clock.pass(20_000);

        assertEquals(PAGES.size(), take(schedule.due()).clicks().size());
        clock.pass(150);
        assertEquals(10 * PAGES.size(), take(schedule.due()).clicks().size());
    }

    @Test
    void makesUpForAHiccup() {
        Schedule schedule = start(1);
        run(schedule, 3_000);

        clock.pass(900);

        assertEquals(60 * PAGES.size(), take(schedule.due()).clicks().size());
    }

    @Test
    void finishesTheOpenWindowAfterAPauseOfAnHourAndGoesOnAtTheNewestBoundary() {
        Schedule schedule = start(1);
        run(schedule, 20_000);

        clock.pass(HOUR_MS);
        run(schedule, 60_000);

        counts.assertExact(1);
        assertGapOf("10:00:30", "11:00:30");
    }

    @Test
    void doesTheSameWhenTheMachineSleptAndTheMonotonicClockStoodStill() {
        Schedule schedule = start(1);
        run(schedule, 20_000);

        clock.shiftWall(HOUR_MS);
        run(schedule, 60_000);

        counts.assertExact(1);
        assertGapOf("10:00:30", "11:00:30");
    }

    @Test
    void doesTheSameWhenItIsStartedAgainAfterAnHour() {
        run(start(1), 20_000);

        clock.pass(HOUR_MS);
        run(start(1), 60_000);

        counts.assertExact(1);
        assertGapOf("10:00:30", "11:00:30");
    }

    @Test
    void skipsAtOnceWhenItsLastWindowWasComplete() {
        stored.putAll(PAGES.stream().collect(Collectors.toMap(page -> page, page -> at("09:00:15") - Schedule.STEP_MS)));

        Batch first = start(1).due();

        assertEquals(at("09:00:15"), first.gaps().get(0).from());
        assertEquals(at("10:00:00"), first.gaps().get(0).to());
        assertTrue(first.clicks().stream().allMatch(click -> click.timestamp() == at("10:00:00")));
    }

    @Test
    void skipsNothingAfterAPauseOfLessThanAWindow() {
        Schedule schedule = start(1);
        run(schedule, 20_000);

        clock.pass(14_000);
        run(schedule, 60_000);

        counts.assertExact(1);
        counts.assertNoWindowMissing();
        assertEquals(List.of(), gaps);
    }

    @Test
    void keepsItsPaceAndItsDirectionWhenTheClockIsSetBack() {
        Schedule schedule = start(1);
        run(schedule, 20_000);
        long before = schedule.cursor();

        clock.shiftWall(-HOUR_MS);
        run(schedule, 30_000);

        assertEquals(before + 30_000, schedule.cursor(), Schedule.STEP_MS);
        counts.assertExact(1);
        counts.assertNoWindowMissing();
    }

    @Test
    void keepsItsDirectionWhenItIsStartedAgainWithTheClockSetBack() {
        run(start(1), 20_000);

        clock.shiftWall(-HOUR_MS);
        run(start(1), 30_000);

        counts.assertExact(1);
        counts.assertNoWindowMissing();
    }

    @Test
    void letsPagesThatAreBehindCatchUpWithoutSkippingAWindowThatAnotherPageHas() {
        stored.putAll(PAGES.stream().collect(Collectors.toMap(page -> page, page -> at("09:00:00") - Schedule.STEP_MS)));
        stored.put("/help", at("09:00:15"));
        for (long timestamp = at("09:00:00"); timestamp <= at("09:00:15"); timestamp += Schedule.STEP_MS) {
            counts.click("/help", timestamp);
        }

        run(start(1), 60_000);

        counts.assertExact(1);
        assertEquals(1, gaps.size());
        assertEquals(at("09:00:30"), gaps.get(0).from());
    }

    @Test
    void beginsTheOpenWindowAnewForAPageThatHasNothingYet() {
        PAGES.stream().skip(1).forEach(page -> {
            stored.put(page, at("10:00:03") - Schedule.STEP_MS);
            for (long timestamp = at("10:00:00"); timestamp < at("10:00:03"); timestamp += Schedule.STEP_MS) {
                counts.click(page, timestamp);
            }
        });

        run(start(1), 40_000);

        counts.assertExact(1);
    }

    private Schedule start(double speed) {
        return new Schedule(PAGES, stored, speed, clock);
    }

    /** Asks what is due ten times a second, as the generator does, and stores it. */
    private void run(Schedule schedule, long millis) {
        for (long passed = 0; passed < millis; passed += 100) {
            take(schedule.due());
            clock.pass(Math.min(100, millis - passed));
        }
        take(schedule.due());
    }

    private Batch take(Batch batch) {
        gaps.addAll(batch.gaps());
        completed.addAll(batch.completedWindows());
        for (Click click : batch.clicks()) {
            Long before = stored.put(click.page(), click.timestamp());
            assertTrue(before == null || before < click.timestamp(), "event time never goes backwards");
            counts.click(click.page(), click.timestamp());
        }
        return batch;
    }

    private void assertGapOf(String from, String to) {
        assertEquals(1, gaps.size(), "gaps");
        assertEquals(at(from), gaps.get(0).from());
        assertEquals(at(to), gaps.get(0).to());
    }

    private static long at(String time) {
        return Instant.parse("2026-11-23T" + time + "Z").toEpochMilli();
    }

    private static String text(Click click) {
        return click.page() + " " + Click.iso(click.timestamp());
    }
}
