import type { CDPSession, Page } from 'playwright-core';
import { idle, succeeded } from '../src/core/state/resource';
import { describeGraph, jobGraphStrings } from '../src/panels/jobGraphState';
import type { JobDetail, Vertex } from '../src/shared/model/flink';
import type { VertexFigures } from '../src/shared/model/jobReads';
import type { JobGraphState } from '../src/shared/protocol/jobGraph';
import { jobDetail, noon, tasks, vertex } from '../test/support/builders/flink';
import { graphBridge, graphInit } from '../test/support/webviewGraphHost';
import { buildWebview, openWebview } from '../test/support/webviewPage';
import type { Surroundings } from './hostProtocol';
import { alone, median, type Figure } from './measure';

const vertices = 300;
const rounds = 5;
const updates = 20;
const warmUp = 10;
const limitMs = 16;
const parallelism = 4;
/** What Chromium counts of a page's main thread, in seconds since the page began. */
const counted: ReadonlySet<string> = new Set(['ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration']);

declare const fakeGraphHost: { send(message: unknown): void };

/**
 * A live update of the job graph with 300 vertices, every figure of every vertex and edge changed: first with the whole graph in
 * sight, then as near as figures can just be read, where the most of them are. Timed is what the page's main thread spends on it in Chromium: script (taking the message, checking it, changing the page), styles and layout, by
 * Chromium's own counters. Not timed: painting, which is another thread's, and making the state in the host.
 */
export async function graphUpdate({ launchBrowser }: Surroundings): Promise<readonly Figure[]> {
  const [browser, files] = await Promise.all([launchBrowser(), buildWebview('jobGraph')]);
  try {
    const web = await openWebview({
      browser,
      name: 'jobGraph',
      files,
      size: { width: 1400, height: 900 },
      bridge: graphBridge,
      bridgeArgument: graphInit(stateAt(0), jobGraphStrings()),
    });
    const { page } = web;
    await page
      .locator('.vertex')
      .nth(vertices - 1)
      .waitFor();
    const devTools = await page.context().newCDPSession(page);
    await devTools.send('Performance.enable');
    await page.evaluate(
      (states) => void Object.assign(globalThis, { states }),
      Array.from({ length: rounds * updates + warmUp }, (_, index) => stateAt(index + 1)),
    );
    const whole = await measure(page, devTools);
    await page.getByRole('listbox').focus();
    while ((await page.locator('.far').count()) > 0) await page.keyboard.press('+');
    const near = await measure(page, devTools);
    const problems = await web.problems();
    if (problems.length > 0) throw new Error(`The page complained: ${problems.join('; ')}`);
    return [
      alone('graph.update', 'ms', 'what was asked for', whole, limitMs),
      alone('graph.update.near', 'ms', 'what was asked for', near, limitMs),
    ];
  } finally {
    await browser.close();
  }
}

/** The median of each round. */
async function measure(page: Page, devTools: CDPSession): Promise<readonly number[]> {
  const medians: number[] = [];
  for (let index = 0; index < warmUp; index += 1) await update(page, devTools, index);
  for (let round = 0; round < rounds; round += 1) {
    const spent: number[] = [];
    for (let index = 0; index < updates; index += 1) {
      spent.push(await update(page, devTools, warmUp + round * updates + index));
    }
    medians.push(median(spent));
  }
  return medians;
}

/** Sends a state that the page has to hand, waits until it is drawn, and gives the milliseconds that it took. */
async function update(page: Page, devTools: CDPSession, index: number): Promise<number> {
  const before = await seconds(devTools);
  await page.evaluate(async (index) => {
    const { states } = globalThis as unknown as { readonly states: readonly unknown[] };
    fakeGraphHost.send({ t: 'q', m: 'stateChanged', a: [states[index]] });
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  }, index);
  return ((await seconds(devTools)) - before) * 1000;
}

async function seconds(devTools: CDPSession): Promise<number> {
  const { metrics } = await devTools.send('Performance.getMetrics');
  return metrics.filter(({ name }) => counted.has(name)).reduce((sum, { value }) => sum + value, 0);
}

/** A tree of vertices whose figures are others at each moment. */
function stateAt(moment: number): JobGraphState {
  const detail: JobDetail = jobDetail({
    vertices: Array.from({ length: vertices }, (_, index) => vertexAt(index, moment)),
    edges: Array.from({ length: vertices - 1 }, (_, index) => ({
      from: `v${index >> 1}`,
      to: `v${index + 1}`,
      shipStrategy: index % 2 === 0 ? 'HASH' : 'FORWARD',
    })),
  });
  const figures = detail.vertices.map(({ id }, index): [string, ReturnType<typeof succeeded<VertexFigures>>] => [
    id,
    succeeded<VertexFigures>(
      {
        lowWatermark: noon + moment * 2000 + index,
        skew: 0.2 + ((index + moment) % 50) / 100,
        mostBusy: 0.9 + ((index + moment) % 10) / 100,
      },
      noon,
    ),
  ]);
  return describeGraph({
    job: detail.id,
    up: true,
    detail: succeeded(detail, noon),
    figures: new Map(figures),
    jobs: idle,
    lastName: '',
  });
}

function vertexAt(index: number, moment: number): Vertex {
  const share = ((index * 7 + moment * 3) % 70) / 100;
  return vertex({
    id: `v${index}`,
    name: `Operator ${index} -> Map -> Filter`,
    parallelism,
    tasks: tasks({ RUNNING: parallelism }),
    rates: {
      recordsInPerSecond: 100 + index + moment,
      recordsOutPerSecond: 50 + index + moment,
      busy: share,
      backPressured: 0.7 - share,
    },
  });
}
