import type { Browser } from 'playwright-core';

/** What a bench asks of the module that runs in the extension host, through a file. */
export interface HostRequest {
  readonly measure: 'activation' | 'rest' | 'refresh';
  /** Where the result goes, as JSON. */
  readonly result: string;
}

export interface HostResult {
  readonly activationMs?: number;
  /** CPU of the extension host with all its threads, percent of one core. */
  readonly cpuPercents?: readonly number[];
  /** REST calls in one interval of `refresh.interval`. */
  readonly callsPerTick?: readonly number[];
  readonly callsPerMinute?: readonly number[];
}

/** Opens a new VS Code with the extension in `extension` and measures there. */
export type MeasureInHost = (measure: HostRequest['measure'], extension: string) => Promise<HostResult>;

/** What benches are given by the script that runs them, which is no bundle. */
export interface Surroundings {
  readonly inHost: MeasureInHost;
  /** Headless Chromium, which the bench closes. */
  readonly launchBrowser: () => Promise<Browser>;
}
