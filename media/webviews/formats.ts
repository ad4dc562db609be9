import type { TimeZoneChoice } from '../../src/shared/protocol/topicPanel';

/** Numbers and times in the person's own form. */
export interface Formats {
  number(value: number): string;
  /** The time of today, or day and time of another day. */
  time(timestamp: number): string;
  /**
   * A time within a record of `timestamp`: the time of day, to the millisecond where it has any, with the day, and the year,
   * where they are others than the record's.
   */
  timeWithin(instant: number, timestamp: number): string;
  /** Date, time to the millisecond and zone. */
  fullTime(timestamp: number): string;
}

/** Kafka's "no timestamp", and what no date can be made of. */
const noTime = '–';
const dayMs = 86_400_000;

export function makeFormats(locale: string, timeZone: TimeZoneChoice, now: () => number = Date.now): Formats {
  const locales = knownLocale(locale);
  const zone = timeZone === 'utc' ? { timeZone: 'UTC' } : {};
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', ...zone } as const;
  const number = new Intl.NumberFormat(locales, { maximumFractionDigits: 1 });
  const ofToday = new Intl.DateTimeFormat(locales, { ...clock, fractionalSecondDigits: 3 });
  const ofOtherDays = new Intl.DateTimeFormat(locales, { ...clock, month: '2-digit', day: '2-digit' });
  const full = new Intl.DateTimeFormat(locales, {
    ...clock,
    fractionalSecondDigits: 3,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    timeZoneName: 'short',
  });
  const year = new Intl.DateTimeFormat('en', { year: 'numeric', ...zone });
  const day = new Intl.DateTimeFormat('en', { year: 'numeric', month: '2-digit', day: '2-digit', ...zone });
  const within = (options: Intl.DateTimeFormatOptions): ((instant: number) => string) => {
    const whole = new Intl.DateTimeFormat(locales, { ...clock, ...options });
    const exact = new Intl.DateTimeFormat(locales, { ...clock, ...options, fractionalSecondDigits: 3 });
    return (instant) => (instant % 1000 === 0 ? whole : exact).format(instant);
  };
  const ofSameDay = within({});
  const ofSameYear = within({ month: '2-digit', day: '2-digit' });
  const ofOtherYears = within({ year: 'numeric', month: '2-digit', day: '2-digit' });
  const isTime = (timestamp: number): boolean => timestamp >= 0 && timestamp <= 8.64e15;
  return {
    number: (value) => number.format(value),
    time: (timestamp) => {
      if (!isTime(timestamp)) return noTime;
      return (Math.abs(now() - timestamp) < dayMs / 2 ? ofToday : ofOtherDays).format(timestamp);
    },
    timeWithin: (instant, timestamp) => {
      if (!isTime(timestamp) || year.format(instant) !== year.format(timestamp)) return ofOtherYears(instant);
      return (day.format(instant) === day.format(timestamp) ? ofSameDay : ofSameYear)(instant);
    },
    fullTime: (timestamp) => (isTime(timestamp) ? full.format(timestamp) : noTime),
  };
}

function knownLocale(locale: string): string | undefined {
  try {
    return Intl.NumberFormat.supportedLocalesOf(locale)[0];
  } catch {
    return undefined;
  }
}
