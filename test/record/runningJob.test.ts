import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { figureMetrics } from '../../src/core/flink/decode/vertexFigures';
import { taskManagersOf } from '../../src/shared/model/instances';
import { tutorialVariant } from '../../src/shared/model/environment';
import { recordedVersions } from '../support/builders/flinkFixtures';
import { recordedMetrics, runningJobFile, type RunningJobAnswer } from '../support/builders/runningJob';
import { ignoreProgress, LocalTestBed, never, startOptions } from '../support/localPlayground';

const ticks = 20;
const tickMs = 2000;
/** The TaskManager dies and comes back in the middle. */
const killAt = 9;
const startAt = 11;

/**
 * Not a test: records what a real Flink answers about a job while it runs, for `test/unit/flink/shownIsSaid.test.ts`. Started by
 * hand, `npx vitest run --project record`, when Flink's answers or what is asked of it change.
 */
describe.each(recordedVersions)('the answers of Flink %s', (flinkVersion) => {
  it('are written to a file', async () => {
    const bed = await LocalTestBed.create();
    try {
      const environment = bed.open();
      const variant = { ...tutorialVariant, backpressure: true };
      await environment.start(startOptions({ flinkVersion, parallelism: 2, variant }), ignoreProgress, never);
      const rest = environment.snapshot.value.endpoints?.rest ?? '';
      const answers: RunningJobAnswer[] = [];
      const ask = async (tick: number, path: string): Promise<unknown> => {
        const answer = await fetch(rest + path);
        const body: unknown = JSON.parse((await answer.text()).replaceAll(bed.root, '/playground'));
        answers.push({ tick, at: Date.now(), path, status: answer.status, body });
        return body;
      };
      const { jobs } = (await ask(-1, '/jobs/overview')) as { readonly jobs: readonly { readonly jid: string }[] };
      const job = `/jobs/${jobs[0]?.jid ?? ''}`;
      const detail = (await ask(-1, job)) as { readonly vertices: readonly { readonly id: string }[] };
      const vertices = detail.vertices.map(({ id }) => `${job}/vertices/${id}`);
      const [, second = ''] = vertices;
      const paths = [
        '/overview',
        '/jobs/overview',
        '/taskmanagers',
        job,
        `${job}/checkpoints`,
        `${job}/exceptions`,
        second,
        `${second}/watermarks`,
        ...vertices.map((vertex) => `${vertex}/subtasks/metrics?get=${figureMetrics.join()}`),
        `${job}/metrics?get=${recordedMetrics.job.join()}`,
        `${second}/metrics?get=${recordedMetrics.vertex.join()}`,
      ];
      answers.length = 0;
      const begun = Date.now();
      const instance = taskManagersOf(environment.snapshot.value)[0]?.id ?? '';
      for (let tick = 0; tick < ticks; tick += 1) {
        await delay(Math.max(0, begun + tick * tickMs - Date.now()));
        if (tick === killAt) await environment.kill(instance, never);
        if (tick === startAt) await environment.startInstance(instance, never);
        await Promise.all(paths.map((path) => ask(tick, path)));
      }
      expect(answers.length).toBeGreaterThan(100);
      const lines = answers.map((answer) => `${JSON.stringify(answer)}\n`).join('');
      writeFileSync(runningJobFile(flinkVersion), gzipSync(lines, { level: 9 }));
    } finally {
      await bed.remove();
    }
  });
});
