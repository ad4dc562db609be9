import type { Locator } from 'playwright-core';
import { beforeEach, onTestFailed } from 'vitest';
import type { Workbench } from './vscodeWorkbench';

/** Something that `expect.poll` asks again and again. */
export const seen = (locator: Locator) => (): Promise<boolean> => locator.isVisible();

/** For `expect.poll`: how long it may take, in milliseconds. */
export const within = (timeout: number): { readonly timeout: number; readonly interval: number } => ({
  timeout,
  interval: 100,
});

/** What only the editor and a poll of ours stand in the way of. */
export const soon = within(20_000);

/** Within a description whose tests each stand on the ones before: leaves out those after a failure, of which it takes a picture. */
export function eachStandsOnTheOnesBefore(workbench: () => Workbench): void {
  let failed = false;
  beforeEach(({ skip }) => {
    if (failed) skip('an earlier step failed');
    onTestFailed(async ({ task }) => {
      failed = true;
      await workbench().screenshot(`failed-${task.name.replaceAll(/\W+/g, '-')}`);
    });
  });
}
