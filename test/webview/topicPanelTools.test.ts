import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { grid, rowOf, settled, spoken, useTopicPanel } from '../support/webviewTopicPanel';
import { themes } from '../support/webviewPage';
import { atRest, seqsOnScreen } from '../support/webviewTopicRows';

const { openPanel, strings } = useTopicPanel();
const fieldNames = ['windowStart', 'windowEnd', 'page', 'count'];

const search = (page: Page) => page.getByRole('searchbox', { name: strings.filter });
const button = (page: Page, name: string) => page.getByRole('button', { name });
const toggle = (page: Page, name: string) => page.getByRole('switch', { name });
const numbersOnScreen = async (page: Page): Promise<readonly string[]> =>
  (await page.locator('[data-seq] .cell:nth-child(3)').allInnerTexts()).slice(0, 15);

async function settings(page: Page): Promise<Record<string, unknown>> {
  const saved = await page.evaluate(
    () => JSON.parse(sessionStorage.getItem('saved') ?? '{}') as { settings?: Record<string, unknown> },
  );
  return saved.settings ?? {};
}

describe.each(themes)('the tools of the topic panel in %s', (theme) => {
  it('can all be seen', async () => {
    const { page, host, web } = await openPanel({ theme, size: { width: 1100, height: 700 } });
    await host.fields(fieldNames);
    await host.headers('trace: 4711');
    await host.records(600);
    await page.getByRole('columnheader', { name: 'windowStart' }).waitFor();
    await toggle(page, strings.histogram).click();
    await page.locator('.bar').first().waitFor();
    await search(page).fill('/shop');
    await page.locator('mark').first().waitFor();
    await rowOf(page, 98).click();
    await page.getByRole('region', { name: strings.record }).waitFor();
    await web.screenshot(`topic-tools-${theme}`);
    await toggle(page, strings.reading).click();
    await page.locator('reading-options').waitFor();
    await page.getByLabel(strings.begin).selectOption('last');
    await web.screenshot(`topic-reading-${theme}`);
    await toggle(page, strings.columns).click();
    await web.screenshot(`topic-columns-${theme}`);
    expect(await page.locator('reading-options').count()).toBe(0);
  });
});

describe('the filter', () => {
  it('shows what matches, marked, and says how many of how many', async () => {
    const { page, host } = await openPanel();
    await host.records(600);
    await settled(page, 599);
    await search(page).fill('/SHOP');
    await page.locator('filter-bar').getByText('100 of 600').waitFor();
    await settled(page, 99);
    expect(await rowOf(page, 99).locator('mark').first().innerText()).toBe('/shop');
    expect(await host.calls('setFilter')).toEqual([[{ text: '/SHOP' }]]);
    const pages = await page.locator('[data-seq] .value').allInnerTexts();
    expect(pages.every((text) => text.includes('/shop'))).toBe(true);
  });

  it('looks where the person says', async () => {
    const { page, host } = await openPanel();
    await host.fields(fieldNames);
    await host.records(600);
    const scope = page.getByRole('combobox', { name: strings.filterScope });
    await scope.locator('option').nth(5).waitFor({ state: 'attached' });
    await search(page).fill('/help');
    await scope.selectOption('field:page');
    await scope.selectOption('key');
    await page.getByRole('combobox', { name: strings.filterPartition }).selectOption('1');
    await expect
      .poll(() => host.calls('setFilter'))
      .toEqual([[{ field: { name: 'page', text: '/help' } }], [{ key: '/help' }], [{ key: '/help', partitions: [1] }]]);
  });

  it('that finds nothing says so, and ends with Escape where the person was', async () => {
    const { page, host } = await openPanel();
    await host.records(600);
    await settled(page, 599);
    await search(page).fill('nowhere');
    await page.getByText(strings.noMatch).waitFor();
    await page.keyboard.press('Escape');
    await settled(page, 599);
    expect(await host.calls('setFilter')).toEqual([[{ text: 'nowhere' }], [null]]);
    expect(await search(page).inputValue()).toBe('');
  });

  it('that ends leaves the selected record on the screen, among its neighbours', async () => {
    const { page, host } = await openPanel();
    await host.records(6000);
    await settled(page, 5999);
    await search(page).fill('/shop');
    await settled(page, 999);
    await grid(page).focus();
    await page.keyboard.press('Home');
    await rowOf(page, 3).click();
    const record = page.getByRole('region', { name: strings.record });
    await record.waitFor();
    await search(page).fill('');
    await page.locator('#row-20[aria-selected=true]').waitFor();
    expect(await record.count()).toBe(1);
  });

  it('says how many matches are new to somebody who reads', async () => {
    const { page, host } = await openPanel();
    await host.records(6000);
    await settled(page, 5999);
    await search(page).fill('/shop');
    await settled(page, 999);
    await grid(page).focus();
    await page.keyboard.press('Home');
    await host.state({ end: 12_000, total: 12_000, matches: { first: 0, end: 2000, left: 0 } });
    const jump = button(page, '1,000 new');
    await jump.click();
    await settled(page, 1999);
    expect(await jump.count()).toBe(0);
  });

  it('looks through what a tail that has ended keeps, as does all else', async () => {
    const { page, host } = await openPanel();
    await host.fields(fieldNames);
    await host.records(600);
    await toggle(page, strings.histogram).click();
    await host.state({ status: 'ended', message: 'The playground is not running.' });
    await page.locator('.status.ended').waitFor();
    await search(page).fill('/shop');
    await page.locator('filter-bar').getByText('100 of 600').waitFor();
    await page.getByRole('columnheader', { name: 'windowStart' }).waitFor();
    await page.getByRole('slider', { name: strings.histogram }).waitFor();
    await button(page, strings.exportCsv).click();
    await page.getByRole('combobox', { name: strings.filterPartition }).selectOption('1');
    await expect
      .poll(() => host.calls('setFilter'))
      .toEqual([[{ text: '/shop' }], [{ text: '/shop', partitions: [1] }]]);
    expect(await host.calls('export')).toEqual([['csv']]);
  });

  it('is not asked for with every key', async () => {
    const { page, host } = await openPanel();
    await host.records(600);
    await search(page).pressSequentially('/shop', { delay: 5 });
    await page.locator('filter-bar').getByText('100 of 600').waitFor();
    expect((await host.calls('setFilter')).length).toBeLessThanOrEqual(2);
  });

  it('that was chosen elsewhere has a name, and ends by itself', async () => {
    const { page, host } = await openPanel();
    await host.records(600);
    await host.spotlight({ label: '12:00:00, /shop <b>', filter: { key: '/shop' } });
    const chip = button(page, '12:00:00, /shop <b>');
    await chip.waitFor();
    await page.locator('filter-bar').getByText('of 600').waitFor();
    await chip.click();
    await settled(page, 599);
    expect(await host.calls('setFilter')).toEqual([[{ key: '/shop' }], [null]]);
  });

  it('finds patterns and markup as text', async () => {
    const { page, host } = await openPanel();
    await host.value('<b>(.*</b>');
    await host.records(10);
    await settled(page, 9);
    await search(page).fill('<b>(.*');
    await page.locator('mark').first().waitFor();
    expect(await page.locator('mark').first().innerText()).toBe('<b>(.*');
    expect(await page.locator('record-list b').count()).toBe(0);
  });
});

describe('what is read', () => {
  it('is chosen with the keyboard and read anew', async () => {
    const { page, host } = await openPanel();
    await host.records(600);
    await settled(page, 599);
    await toggle(page, strings.reading).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel(strings.begin).selectOption('last');
    await page.getByLabel(strings.lastCount).fill('50');
    await page.getByLabel(strings.partitions, { exact: true }).fill('0, 1');
    await page.getByLabel(strings.isolation).selectOption('uncommitted');
    await page.getByLabel(strings.isolation).focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => host.calls('read'))
      .toEqual([[{ isolation: 'uncommitted', begin: { last: 50 }, partitions: [0, 1] }]]);
    await page.getByText(strings.connecting).first().waitFor();
    await host.records(50);
    await settled(page, 49);
  });

  it('is refused in a sentence when it makes no sense', async () => {
    const { page, host } = await openPanel();
    await toggle(page, strings.reading).click();
    await page.getByLabel(strings.begin).selectOption('offset');
    await page.getByLabel(strings.fromOffset).fill('-5');
    await button(page, strings.read).click();
    await page.getByRole('alert').getByText(strings.badOffset).waitFor();
    expect(await page.getByLabel(strings.fromOffset).getAttribute('aria-invalid')).toBe('true');
    expect(await host.calls('read')).toEqual([]);
  });

  it('is said to be held back by an open transaction', async () => {
    const { page, host } = await openPanel();
    await host.state({ openTransactions: [{ partition: 1, offset: '77', waiting: '1204', since: 0 }] });
    await host.records(5);
    const text = await page.locator('.held').innerText();
    expect(text).toMatch(/^Partition 1: a transaction .* holds back 1,204 offsets, from 77 on/);
  });

  it('has rows for what is gone, that cannot be taken for records', async () => {
    const { page, host } = await openPanel();
    await host.gaps([3]);
    await host.records(6);
    await settled(page, 5);
    expect(await rowOf(page, 3).innerText()).toContain('3 records were deleted before they could be read.');
    expect(await rowOf(page, 3).getByRole('gridcell').count()).toBe(1);
    await rowOf(page, 3).click();
    expect(await page.locator('record-detail').count()).toBe(0);
  });
});

describe('columns', () => {
  it('are the fields of JSON values, with the same rows below them', async () => {
    const { page, host } = await openPanel();
    await host.fields(fieldNames);
    await host.records(600);
    await page.getByRole('columnheader', { name: 'count' }).waitFor();
    const headings = await page.getByRole('columnheader').allInnerTexts();
    expect(headings.map((text) => text.trim())).toEqual(['Time', 'Partition', 'Offset', 'Key', ...fieldNames]);
    await expect
      .poll(async () => (await rowOf(page, 599).getByRole('gridcell').allInnerTexts()).at(-1)?.trim())
      .toBe('1000');
    await toggle(page, strings.columns).click();
    await page.getByLabel(strings.fieldsAsColumns).uncheck();
    await page.getByRole('columnheader', { name: 'Value' }).waitFor();
    await settled(page, 599);
  });

  it('with names of what every object has are fields, too', async () => {
    const { page, host } = await openPanel();
    const hostile = '<img src=x onerror="globalThis.hit=1">';
    await host.fields(['__proto__', hostile]);
    await host.value(JSON.stringify({ [hostile]: hostile }));
    await host.records(6);
    await page.getByRole('columnheader', { name: hostile }).waitFor();
    expect(await page.locator('record-list img').count()).toBe(0);
    expect(await page.evaluate(() => 'hit' in globalThis)).toBe(false);
  });

  it('are hidden, shown and made wider, which is remembered', async () => {
    const { page, host } = await openPanel();
    await host.records(600);
    await settled(page, 599);
    await toggle(page, strings.columns).click();
    await page.getByRole('checkbox', { name: 'Offset' }).uncheck();
    await page.getByLabel('Width of the column Key').fill('400');
    await expect.poll(() => settings(page)).toMatchObject({ hidden: ['offset'], widths: { key: 400 } });
    expect(await page.getByRole('columnheader', { name: 'Offset' }).count()).toBe(0);
    const key = await page.getByRole('columnheader', { name: 'Key' }).boundingBox();
    expect(key?.width).toBe(400);
    await page.reload();
    await page.locator('topic-panel .status').waitFor();
    await host.records(600);
    await settled(page, 599);
    expect(await page.getByRole('columnheader', { name: 'Offset' }).count()).toBe(0);
  });

  it('follow the pointer', async () => {
    const { page, host } = await openPanel();
    await host.records(600);
    await settled(page, 599);
    const heading = page.getByRole('columnheader', { name: 'Key' });
    const before = await heading.boundingBox();
    const right = (before?.x ?? 0) + (before?.width ?? 0);
    const y = (before?.y ?? 0) + 5;
    await page.mouse.move(right, y);
    await page.mouse.down();
    await page.mouse.move(right + 60, y, { steps: 4 });
    await page.mouse.up();
    await expect.poll(async () => (await heading.boundingBox())?.width).toBeCloseTo((before?.width ?? 0) + 60, 0);
  });

  it('have one for headers when a record has some', async () => {
    const { page, host } = await openPanel();
    await host.headers('trace: 4711');
    await host.records(6);
    await page.getByRole('columnheader', { name: strings.columnHeaders }).waitFor();
    expect(await rowOf(page, 5).innerText()).toContain('trace: 4711');
  });
});

describe('one record', () => {
  it('is shown with key, value and headers, and copied and opened whole', async () => {
    const { page, host } = await openPanel();
    await host.headers('4711');
    await host.records(600);
    await settled(page, 599);
    await rowOf(page, 596).click();
    const record = page.locator('record-detail');
    await record.getByText('"page": "/shop"').waitFor();
    expect(await record.locator('.head').innerText()).toContain('Partition 0 · Offset 298');
    const headings = await record.locator('h3').allInnerTexts();
    expect(headings).toEqual([
      'Key text, 5 bytes',
      expect.stringMatching(/^Value JSON, \d+ bytes$/),
      'Headers: trace text, 4 bytes',
    ]);
    await record.getByRole('button', { name: strings.copyValue }).click();
    await spoken(page).getByText(strings.copied).waitFor();
    await record.getByRole('button', { name: strings.openValue }).click();
    expect(await host.calls('copyValue')).toEqual([[596]]);
    expect(await host.calls('openValue')).toEqual([[596]]);
    await page.keyboard.press('Escape');
    expect(await record.count()).toBe(0);
  });

  it('shows markup in headers as text, in its row and by itself', async () => {
    const { page, host } = await openPanel();
    const hostile = '<img src=x onerror="globalThis.hit=1">';
    await host.headers(hostile);
    await host.records(5);
    await settled(page, 4);
    await rowOf(page, 4).click();
    const record = page.locator('record-detail');
    await record.getByText(hostile).first().waitFor();
    expect(await page.locator('record-list img, record-detail img').count()).toBe(0);
    expect(await page.evaluate(() => 'hit' in globalThis)).toBe(false);
  });

  it('is the one that a filter found, by its own number', async () => {
    const { page, host } = await openPanel();
    await host.records(600);
    await search(page).fill('/shop');
    await settled(page, 99);
    await rowOf(page, 99).click();
    await page.locator('record-detail').waitFor();
    expect(await host.calls('record')).toEqual([[596]]);
  });
});

describe('records by time', () => {
  it('are seen, and a stretch of them is chosen with the pointer', async () => {
    const { page, host, web } = await openPanel();
    await host.records(600);
    await settled(page, 599);
    await toggle(page, strings.histogram).click();
    const plot = page.getByRole('slider', { name: strings.histogram });
    await plot.waitFor();
    const box = await plot.boundingBox();
    const x = (part: number): number => (box?.x ?? 0) + (box?.width ?? 0) * part;
    const y = (box?.y ?? 0) + 20;
    await page.mouse.move(x(0.25), y);
    await page.mouse.down();
    await page.mouse.move(x(0.5), y, { steps: 4 });
    await web.screenshot('topic-histogram-brush');
    await page.mouse.up();
    await page.locator('filter-bar .chip').waitFor();
    await page.locator('filter-bar .matches').waitFor();
    const [filter] = (await host.calls('setFilter'))[0] as [{ from: number; to: number }];
    expect((filter.to - filter.from) / (600 * 2500)).toBeCloseTo(0.25, 1);
    await page.locator('filter-bar .chip').click();
    await settled(page, 599);
  });

  it('are chosen and said with the keyboard, too', async () => {
    const { page, host } = await openPanel();
    await host.records(600);
    await settled(page, 599);
    await toggle(page, strings.histogram).click();
    const plot = page.getByRole('slider', { name: strings.histogram });
    await plot.focus();
    await page.keyboard.press('Home');
    expect(await plot.getAttribute('aria-valuetext')).toMatch(/^.* to .*: 5 records$/);
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Enter');
    await page.locator('filter-bar').getByText('10 of 600').waitFor();
    await page.keyboard.press('Escape');
    await settled(page, 599);
    expect(await page.locator('filter-bar .chip').count()).toBe(0);
  });

  it('are asked for once a second at most, and not at all while nobody looks', async () => {
    const { page, host } = await openPanel();
    for (let total = 100; total <= 1000; total += 100) await host.records(total);
    expect(await host.calls('histogram')).toEqual([]);
    await toggle(page, strings.histogram).click();
    await page.getByRole('slider', { name: strings.histogram }).waitFor();
    for (let total = 1100; total <= 2000; total += 100) await host.records(total);
    expect((await host.calls('histogram')).length).toBeLessThanOrEqual(2);
  });
});

describe('the bar', () => {
  it('shows times in UTC or not, and exports what is shown', async () => {
    const { page, host } = await openPanel();
    await host.records(600);
    await settled(page, 599);
    await toggle(page, strings.utc).click();
    await expect.poll(() => settings(page)).toMatchObject({ isUtc: false });
    await button(page, strings.exportJsonLines).click();
    await button(page, strings.exportCsv).click();
    expect(await host.calls('export')).toEqual([['jsonLines'], ['csv']]);
  });

  it('has no export where nothing is kept', async () => {
    const { page, host } = await openPanel();
    await host.state({ status: 'live' });
    expect(await button(page, strings.exportCsv).count()).toBe(0);
  });
});

describe('a page that comes back', () => {
  it('has its filter without asking for it again, and is where it was', async () => {
    const { page, host } = await openPanel({});
    await host.records(6000);
    await settled(page, 5999);
    await search(page).fill('/shop');
    await settled(page, 999);
    await grid(page).focus();
    await page.keyboard.press('Home');
    for (let press = 0; press < 3; press += 1) await page.keyboard.press('PageDown');
    await expect.poll(() => settings(page)).toMatchObject({ filter: { text: '/shop' } });
    const [before, numbers] = [await atRest(page), await numbersOnScreen(page)];
    await page.addInitScript(() => {
      const host = (globalThis as unknown as { fakeHost: { state: object; filter: object } }).fakeHost;
      host.filter = { text: '/shop' };
      const matches = { first: 0, end: 1000, left: 0 };
      host.state = { ...host.state, status: 'live', end: 6000, total: 6000, matches };
    });
    await page.reload();
    await page.locator('filter-bar').getByText('1,000 of 6,000').waitFor();
    await expect.poll(() => seqsOnScreen(page)).toEqual(before);
    await expect.poll(() => numbersOnScreen(page)).toEqual(numbers);
    expect(await host.calls('setFilter')).toEqual([]);
    expect(await search(page).inputValue()).toBe('/shop');
  });
});
