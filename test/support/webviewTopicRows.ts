import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { nextFrame } from './webviewTopicPanel';

/** Sequence numbers of the rows that are wholly on the screen, below the header. */
export function seqsOnScreen(page: Page): Promise<readonly number[]> {
  return page.evaluate(() => {
    const list = document.querySelector('topic-panel')?.shadowRoot?.querySelector('record-list')?.shadowRoot;
    const scroller = list?.querySelector('.scroller');
    const head = list?.querySelector('.head');
    if (scroller === null || scroller === undefined || head === null || head === undefined) return [];
    const top = head.getBoundingClientRect().bottom - 1;
    const bottom = scroller.getBoundingClientRect().top + scroller.clientHeight + 1;
    return Array.from(list?.querySelectorAll<HTMLElement>('[data-seq]') ?? [])
      .filter((row) => row.getBoundingClientRect().top >= top && row.getBoundingClientRect().bottom <= bottom)
      .map((row) => Number(row.dataset['seq']));
  });
}

/** That the row is the first one wholly on the screen was written down. */
export async function saved(page: Page, row: number): Promise<void> {
  await page.waitForFunction((row) => {
    const { view } = JSON.parse(sessionStorage.getItem('saved') ?? '{}') as { view?: { top: number } };
    return view !== undefined && Math.ceil(view.top) === row;
  }, row);
}

/** The rows wholly on the screen, once they no longer move and their place was written down. */
export async function atRest(page: Page): Promise<readonly number[]> {
  let rows: readonly number[] = [];
  await expect
    .poll(async () => {
      const before = rows;
      await nextFrame(page);
      rows = await seqsOnScreen(page);
      return rows.length > 0 && rows.join() === before.join();
    })
    .toBe(true);
  await saved(page, rows[0] ?? 0);
  return rows;
}
