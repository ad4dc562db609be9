import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import {
  grid,
  nextFrame,
  rowOf,
  settled,
  spoken,
  useTopicPanel,
  type TopicPanelPage,
} from '../support/webviewTopicPanel';
import { themes } from '../support/webviewPage';
import { atRest, saved, seqsOnScreen } from '../support/webviewTopicRows';

const { openPanel, strings } = useTopicPanel();

interface StreamingHost {
  state: object;
  send(message: unknown): void;
}

async function scrollTo(page: Page, top: number): Promise<void> {
  await grid(page).evaluate((scroller, top) => {
    scroller.scrollTop = top;
  }, top);
  await nextFrame(page);
}

describe.each(themes)('the topic panel in %s', (theme) => {
  it('shows every state', async () => {
    const { page, host, web } = await openPanel({ theme });
    expect(await page.locator('.nothing').innerText()).toBe(strings.connecting);
    await web.screenshot(`topic-connecting-${theme}`);

    await host.state({ status: 'live' });
    await page.getByText(strings.empty).waitFor();
    await web.screenshot(`topic-empty-${theme}`);

    await host.records(100_000);
    await settled(page, 99_999);
    await rowOf(page, 99_995).click();
    await page.mouse.move(300, 200);
    await web.screenshot(`topic-live-${theme}`);

    await host.state({ status: 'reconnecting', message: 'The broker at 127.0.0.1:9092 does not answer.', rate: 0 });
    await page.locator('.banner').waitFor();
    await web.screenshot(`topic-reconnecting-${theme}`);

    await host.state({ status: 'failed', message: 'The topic output was deleted. Close this panel.' });
    await page.locator('.banner.failed').waitFor();
    await web.screenshot(`topic-failed-${theme}`);

    await host.state({ first: 100_000 });
    await page.locator('.nothing.failed').waitFor();
    await web.screenshot(`topic-failed-empty-${theme}`);
  });
});

describe('a tail', () => {
  it.each(['connecting', 'live', 'paused', 'reconnecting', 'failed', 'ended'] as const)(
    'that is %s says so in words, also to a screen reader',
    async (status) => {
      const { page, host } = await openPanel();
      await host.state({ status, message: 'What to do next.' });
      await page.locator(`.status.${status}`).getByText(strings[status]).waitFor();
      const text = await spoken(page).textContent();
      expect(text).toMatch(/[.…] What to do next\.$/);
      expect(text?.startsWith(strings[status])).toBe(true);
    },
  );

  it('shows how many records it has seen and keeps, and how fast they come', async () => {
    const { page, host } = await openPanel();
    await host.records(1_234_567, 100_000);
    const figures = page.locator('.figures');
    await figures.getByText('1,234,567 records').waitFor();
    expect(await figures.innerText()).toContain('100,000 of 100,000 kept');
    expect(await figures.innerText()).toContain('412.4/s');
  });

  it('does not read its figures aloud', async () => {
    const { page, host } = await openPanel();
    await host.records(10);
    const before = await spoken(page).textContent();
    await host.records(5000);
    await settled(page, 4999);
    expect(await spoken(page).textContent()).toBe(before);
  });

  it('is paused, resumed and cleared by its buttons', async () => {
    const { page, host } = await openPanel();
    await host.records(10);
    await page.getByRole('button', { name: strings.pause }).click();
    await host.state({ status: 'paused' });
    await page.getByRole('button', { name: strings.resume }).click();
    await page.getByRole('button', { name: strings.clear }).click();
    expect(await host.calls('pause')).toEqual([[true], [false]]);
    expect(await host.calls('clear')).toEqual([[]]);
  });

  it('that ended can no longer be paused', async () => {
    const { page, host } = await openPanel();
    await host.state({ status: 'ended' });
    await page.locator('.status.ended').waitFor();
    expect(await page.getByRole('button', { name: strings.pause }).count()).toBe(0);
  });

  it('that ended keeps the rows that one looks at, and says why above them', async () => {
    const { page, host, web } = await openPanel();
    await host.records(2000);
    await settled(page, 1999);
    const before = await seqsOnScreen(page);
    const message = 'The playground is not running. Start it to see new records.';
    await host.state({ status: 'ended', message, first: 1500, rate: 0 });
    await page.locator('.banner').getByText(message).waitFor();
    await expect.poll(async () => (await seqsOnScreen(page)).at(-1)).toBe(1999);
    expect(before).toEqual(expect.arrayContaining([...(await seqsOnScreen(page))]));
    await web.screenshot('topic-ended');
  });

  it('begins anew after it was cleared', async () => {
    const { page, host } = await openPanel();
    await host.records(500);
    await settled(page, 499);
    await host.state({ first: 500, end: 500 });
    await page.getByText(strings.empty).waitFor();
    await host.state({ end: 503, total: 503 });
    await settled(page, 502);
    expect(await seqsOnScreen(page)).toEqual([500, 501, 502]);
  });
});

describe('the list of records', () => {
  it('draws only what is on the screen of 100 000 rows, and asks only for that', async () => {
    const { page, host } = await openPanel();
    await host.records(100_000);
    await settled(page, 99_999);
    expect(await page.locator('[data-seq]').count()).toBeLessThan(60);
    expect(await grid(page).getAttribute('aria-rowcount')).toBe('100001');
    const asked = await host.calls('rows');
    expect(asked.length).toBeLessThanOrEqual(2);
    for (const [from, to] of asked) expect(Number(to) - Number(from)).toBeLessThanOrEqual(500);
  });

  it('reaches any of 1 000 000 rows', async () => {
    const { page, host } = await openPanel();
    await host.state({ status: 'live', end: 1_000_000, total: 1_000_000, capacity: 1_000_000 });
    await settled(page, 999_999);
    await grid(page).focus();
    await page.keyboard.press('Home');
    await settled(page, 0);
    await expect.poll(async () => (await seqsOnScreen(page))[0]).toBe(0);
    await page.keyboard.press('End');
    await settled(page, 999_999);
    await expect.poll(async () => (await seqsOnScreen(page)).at(-1)).toBe(999_999);
  });

  it('follows at its end, without a blank row on the way', async () => {
    const { page, host } = await openPanel();
    await host.records(1000);
    await settled(page, 999);
    await page.evaluate(() => {
      const list = document.querySelector('topic-panel')?.shadowRoot?.querySelector('record-list')?.shadowRoot;
      const blanks: string[] = [];
      Object.assign(globalThis, { blanks });
      const look = (): void => {
        for (const row of list?.querySelectorAll<HTMLElement>('[aria-busy]') ?? [])
          blanks.push(row.dataset['seq'] ?? '');
        requestAnimationFrame(look);
      };
      look();
    });
    for (let total = 1100; total <= 3000; total += 100) {
      await host.records(total, 1000);
      await page.waitForTimeout(20);
    }
    await settled(page, 2999);
    await expect.poll(async () => (await seqsOnScreen(page)).at(-1)).toBe(2999);
    expect(await page.evaluate(() => (globalThis as unknown as { blanks: string[] }).blanks)).toEqual([]);
  });

  it('stands still where one reads, says how many are new, and goes to the end on demand', async () => {
    const { page, host, web } = await openPanel();
    await host.records(5000);
    await settled(page, 4999);
    await scrollTo(page, 2000);
    const before = await atRest(page);
    await host.records(6204);
    const jump = page.getByRole('button', { name: '1,204 new' });
    await jump.waitFor();
    expect(await seqsOnScreen(page)).toEqual(before);
    await web.screenshot('topic-new-records');
    await jump.click();
    await settled(page, 6203);
    await expect.poll(async () => (await seqsOnScreen(page)).at(-1)).toBe(6203);
    expect(await jump.count()).toBe(0);
  });

  it('lets go of its end at the first turn of the wheel, however fast records come', async () => {
    const { page, host } = await openPanel();
    await host.records(5000, 1000);
    await settled(page, 4999);
    await page.evaluate(() => {
      const host = (globalThis as unknown as { fakeHost: StreamingHost }).fakeHost;
      let end = 5000;
      const timer = setInterval(() => {
        end += 20;
        if (end > 7000) clearInterval(timer);
        host.state = { ...host.state, first: end - 1000, end, total: end };
        host.send({ t: 'q', m: 'stateChanged', a: [host.state] });
      }, 5);
    });
    await page.mouse.move(400, 200);
    await page.mouse.wheel(0, -400);
    await page.getByText('7,020 records').waitFor();
    await nextFrame(page);
    expect((await seqsOnScreen(page)).at(-1)).toBeLessThan(7019);
    expect(await page.getByRole('button', { name: /new/ }).count()).toBe(1);
  });

  it('follows again when one scrolls to its end', async () => {
    const { page, host } = await openPanel();
    await host.records(5000);
    await settled(page, 4999);
    await scrollTo(page, 0);
    await scrollTo(page, 10_000_000);
    await settled(page, 4999);
    await host.records(5100);
    await settled(page, 5099);
    await expect.poll(async () => (await seqsOnScreen(page)).at(-1)).toBe(5099);
  });

  it('keeps its rows in place while older ones are dropped', async () => {
    const { page, host } = await openPanel();
    await host.records(10_000);
    await settled(page, 9999);
    const rowHeight = (await rowOf(page, 9999).boundingBox())?.height ?? 0;
    await scrollTo(page, 6000 * rowHeight);
    await settled(page, 6000);
    const before = await atRest(page);
    for (let total = 10_500; total <= 15_000; total += 500) await host.records(total, 10_000);
    await page.getByRole('button', { name: '5,000 new' }).waitFor();
    await settled(page, before[0] ?? 0);
    expect(await seqsOnScreen(page)).toEqual(before);
  });

  it('goes to the first kept row when the one that was read is dropped', async () => {
    const { page, host } = await openPanel();
    await host.records(1000);
    await settled(page, 999);
    await grid(page).focus();
    await page.keyboard.press('Home');
    await host.records(5000, 1000);
    await settled(page, 4000);
    await expect.poll(async () => (await seqsOnScreen(page))[0]).toBe(4000);
    expect(await page.locator('[aria-selected=true]').count()).toBe(0);
  });

  it('asks no more than once for rows that the host no longer has', async () => {
    const { page, host } = await openPanel();
    await host.records(1000);
    await settled(page, 999);
    await page.evaluate(() => {
      const host = (globalThis as unknown as { fakeHost: { state: { first: number; end: number } } }).fakeHost;
      host.state = { ...host.state, first: 1000, end: 1000 };
    });
    const before = (await host.calls('rows')).length;
    await scrollTo(page, 3000);
    for (let frame = 0; frame < 10; frame += 1) await nextFrame(page);
    expect((await host.calls('rows')).length - before).toBeLessThanOrEqual(2);
  });

  it('shows what is not there, and what was cut, in words', async () => {
    const { page, host } = await openPanel();
    await host.value(null);
    await host.records(3);
    expect(await rowOf(page, 0).locator('.key').innerText()).toBe(strings.noKey);
    expect(await rowOf(page, 0).locator('.value').innerText()).toBe(strings.tombstone);
    await host.value('0123456789');
    await host.records(8);
    await settled(page, 7);
    expect(await rowOf(page, 7).getByRole('img').getAttribute('aria-label')).toBe(strings.truncated);
  });

  it('keeps to one line what has many', async () => {
    const { page, host } = await openPanel();
    await host.value('{\n  "page": "/shop"\n}');
    await host.records(3);
    await settled(page, 2);
    const heights = await page
      .locator('[data-seq] .value .text')
      .evaluateAll((texts) => texts.map((text) => text.getBoundingClientRect().height));
    expect(Math.max(...heights)).toBeLessThan(30);
  });

  it('shows the whole value of the selected row below', async () => {
    const { page, host } = await openPanel();
    await host.value('{\n  "page": "<b>/shop</b>"\n}');
    await host.records(5000);
    await settled(page, 4999);
    await rowOf(page, 4999).click();
    const region = page.getByRole('region', { name: strings.record });
    await region.locator('pre').getByText('{\n  "page": "<b>/shop</b>"\n}').waitFor();
    expect(await region.locator('b').count()).toBe(0);
    await nextFrame(page);
    await expect.poll(() => seqsOnScreen(page)).toContain(4999);
  });

  it('has the count of every page on the screen beside an open side bar', async () => {
    const { page, host, web } = await openPanel({ size: { width: 900, height: 400 } });
    await host.records(6);
    await settled(page, 5);
    const counts = page.getByText('1000', { exact: true });
    const rights = await counts.evaluateAll((elements) => elements.map((it) => it.getBoundingClientRect().right));
    expect(rights).toHaveLength(6);
    expect(Math.max(...rights)).toBeLessThanOrEqual(await grid(page).evaluate((scroller) => scroller.clientWidth));
    await web.screenshot('topic-beside-side-bar');
  });

  it('shows a JSON object by its fields, with times of day', async () => {
    const { page, host } = await openPanel();
    const value = '{"windowStart":"2026-11-23T05:00:00.000Z", "windowEnd":"2026-11-23T05:00:15.250Z", "count":1000}';
    await host.value(value);
    await host.recordTime(Date.UTC(2026, 10, 23, 5, 0, 16));
    await host.records(3);
    await settled(page, 2);
    const cell = rowOf(page, 2).locator('.value');
    const words = 'windowStart 05:00:00, windowEnd 05:00:15.250, count 1000';
    expect(await rowOf(page, 2).getByRole('gridcell', { name: words, exact: true }).count()).toBe(1);
    expect((await cell.innerText()).trim()).toBe(words.replaceAll(',', ''));
    expect(await cell.getAttribute('title')).toBe(value);
  });

  it('shows a JSON object that was cut as it is', async () => {
    const { page, host } = await openPanel();
    await host.value('{"page": "/shop"}');
    await host.records(8);
    await settled(page, 7);
    expect(await rowOf(page, 7).locator('.value .text').textContent()).toBe('{"page": "/shop"}');
    expect(await rowOf(page, 6).locator('.value .text').textContent()).toBe('page /shop');
  });

  it('shows markup in the fields of a record as text', async () => {
    const { page, host, web } = await openPanel();
    const markup = '<img src=x onerror="globalThis.hit=1">';
    await host.value(JSON.stringify({ [markup]: markup, html: { markup } }).replace('"html"', '"__proto__"'));
    await host.records(5);
    await settled(page, 4);
    const shown = `${markup} ${markup} __proto__ ${JSON.stringify({ markup })}`;
    expect(await rowOf(page, 4).locator('.value .text').textContent()).toBe(shown);
    expect(await page.locator('record-list img').count()).toBe(0);
    expect(await page.evaluate(() => 'hit' in globalThis)).toBe(false);
    await web.screenshot('topic-hostile-fields');
  });

  it('scrolls sideways to the end of a long value', async () => {
    const { page, host } = await openPanel({ size: { width: 500, height: 400 } });
    await host.value(`${'wide '.repeat(20)}end`);
    await host.records(10);
    await settled(page, 9);
    const hidden = await grid(page).evaluate((scroller) => scroller.scrollWidth - scroller.clientWidth);
    expect(hidden).toBeGreaterThan(400);
    await grid(page).evaluate((scroller) => scroller.scrollBy({ left: 10_000 }));
    const value = await rowOf(page, 9).locator('.text').last().boundingBox();
    expect((value?.x ?? 0) + (value?.width ?? 0)).toBeLessThanOrEqual(500);
  });

  it('has its columns under their headings', async () => {
    const { page, host } = await openPanel();
    await host.records(3);
    await settled(page, 2);
    const lefts = (selector: string): Promise<readonly number[]> =>
      page.locator(`${selector} .cell`).evaluateAll((cells) => cells.map((cell) => cell.getBoundingClientRect().left));
    expect(await lefts('#row-2')).toEqual(await lefts('.head'));
  });

  it('shows markup in a record as text', async () => {
    const { page, host, web } = await openPanel();
    const hostile = '<img src=x onerror="globalThis.hit=1"><script>globalThis.hit=1</script>${7*7}\u202Egnp.exe';
    await host.value(hostile);
    await host.records(5);
    await settled(page, 4);
    expect(await rowOf(page, 4).locator('.text').last().textContent()).toBe(hostile);
    expect(await page.locator('record-list img, record-list script').count()).toBe(0);
    expect(await page.evaluate(() => 'hit' in globalThis)).toBe(false);
    await web.screenshot('topic-hostile');
  });
});

describe('the keyboard', () => {
  async function openList(): Promise<TopicPanelPage> {
    const panel = await openPanel();
    await panel.host.records(1000);
    await settled(panel.page, 999);
    await grid(panel.page).focus();
    return panel;
  }
  const selected = (page: Page) => page.locator('[aria-selected=true]').getAttribute('data-seq');

  it('moves row by row, page by page and to the ends', async () => {
    const { page, web } = await openList();
    const path: (string | null)[] = [];
    for (const key of ['ArrowUp', 'ArrowUp', 'ArrowDown', 'Home', 'ArrowUp', 'ArrowDown', 'End']) {
      await page.keyboard.press(key);
      path.push(await selected(page));
    }
    expect(path).toEqual(['999', '998', '999', '0', '0', '1', '999']);
    await page.keyboard.press('PageUp');
    const up = Number(await selected(page));
    expect(up).toBeGreaterThan(950);
    expect(up).toBeLessThan(995);
    await expect.poll(() => seqsOnScreen(page)).toContain(up);
    expect(await grid(page).getAttribute('aria-activedescendant')).toBe(`row-${up}`);
    await web.screenshot('topic-keyboard');
  });

  it('stands still on a row while records come, and follows again from the end', async () => {
    const { page, host } = await openList();
    await page.keyboard.press('ArrowUp');
    await host.records(1500);
    await page.getByRole('button', { name: '500 new' }).waitFor();
    await expect.poll(() => seqsOnScreen(page)).toContain(999);
    await page.keyboard.press('End');
    await settled(page, 1499);
    await expect.poll(async () => (await seqsOnScreen(page)).at(-1)).toBe(1499);
  });

  it('copies the whole value with Enter and says so', async () => {
    const { page, host } = await openList();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await spoken(page).getByText(strings.copied).waitFor();
    expect(await host.calls('copyValue')).toEqual([[999]]);
  });

  it('reaches the buttons, and each has a name', async () => {
    const { page } = await openList();
    const names: (string | null)[] = [];
    for (let press = 0; press < 14; press += 1) {
      await page.keyboard.press('Shift+Tab');
      names.push(
        await page.evaluate(() => {
          let active = document.activeElement;
          while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
          return active?.getAttribute('aria-label') ?? active?.tagName ?? null;
        }),
      );
    }
    expect(names.slice(0, 11).toReversed()).toEqual([
      strings.pause,
      strings.clear,
      strings.reading,
      strings.columns,
      strings.histogram,
      strings.utc,
      strings.exportJsonLines,
      strings.exportCsv,
      strings.filterScope,
      strings.filter,
      strings.filterPartition,
    ]);
  });
});

describe('a page that comes back', () => {
  it('is where it was', async () => {
    const { page, host } = await openPanel({});
    await host.records(5000);
    await settled(page, 4999);
    await grid(page).focus();
    await page.keyboard.press('Home');
    for (let press = 0; press < 3; press += 1) await page.keyboard.press('PageDown');
    await page.locator('record-detail pre').first().waitFor();
    const before = await atRest(page);

    await page.addInitScript(() => {
      const host = (globalThis as unknown as { fakeHost: { state: object } }).fakeHost;
      host.state = { ...host.state, status: 'live', end: 5200, total: 5200 };
    });
    await page.reload();
    await settled(page, before[0] ?? 0);
    await expect.poll(() => seqsOnScreen(page)).toEqual(before);
  });

  it('is where the list went by itself to keep the selected row in sight', async () => {
    const { page, host } = await openPanel({});
    await host.records(5000);
    await settled(page, 4999);
    await grid(page).focus();
    for (const key of ['Home', 'PageDown', 'PageDown']) await page.keyboard.press(key);
    await page.locator('record-detail pre').first().waitFor();
    const [top = 0] = await atRest(page);
    await page.setViewportSize({ width: 1000, height: 350 });
    await expect.poll(async () => (await seqsOnScreen(page))[0]).toBeGreaterThan(top);
    await atRest(page);
  });

  it('follows a new tail though its predecessor was read elsewhere', async () => {
    const { page, host } = await openPanel({});
    await host.records(5000);
    await settled(page, 4999);
    await scrollTo(page, 0);
    await saved(page, 0);
    await page.addInitScript(() => {
      const host = (globalThis as unknown as { fakeHost: { state: object } }).fakeHost;
      host.state = { ...host.state, status: 'live', end: 800, total: 800 };
    });
    await page.reload();
    await settled(page, 799);
    await expect.poll(async () => (await seqsOnScreen(page)).at(-1)).toBe(799);
  });
});

describe('what the host sends', () => {
  it.each([
    ['a state that is none', { t: 'q', m: 'stateChanged', a: [{ status: 'live', first: 5, end: 1 }] }],
    ['a method that the page does not have', { t: 'q', m: 'constructor', a: ['alert(1)'] }],
    ['a message of somebody else', { type: 'webpackOk' }],
    ['no object at all', 'hello'],
  ])('is ignored when it is %s', async (_what, message) => {
    const { page, host } = await openPanel();
    await host.records(10);
    await settled(page, 9);
    await host.send(message);
    await host.records(12);
    await settled(page, 11);
    expect(await page.locator('.status').innerText()).toBe(strings.live);
  });

  it('may be nothing: rows that are awaited are marked as such', async () => {
    const { page, host } = await openPanel();
    await host.records(1000);
    await settled(page, 999);
    await host.stopAnswering();
    await scrollTo(page, 0);
    await rowOf(page, 0).waitFor();
    expect(await rowOf(page, 0).getAttribute('aria-busy')).toBe('true');
  });
});

describe('a narrow panel', () => {
  it('keeps its tool bar on the screen', async () => {
    const { page, host, web } = await openPanel({ size: { width: 320, height: 400 } });
    await host.records(1000);
    await settled(page, 999);
    await web.screenshot('topic-narrow');
    const bar = await page.locator('.bar').boundingBox();
    expect(bar?.width).toBeLessThanOrEqual(320);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  });
});
