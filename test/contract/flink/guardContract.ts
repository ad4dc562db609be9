import { request } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';

/** Headers with which a page of another origin, or one behind a rebound name, reaches a port of this machine. */
const foreign: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a foreign Host': { Host: 'evil.example:8081' },
  'a foreign Origin': { Origin: 'http://evil.example' },
  'Sec-Fetch-Site: cross-site': { 'Sec-Fetch-Site': 'cross-site' },
};

/**
 * No web page drives Flink's REST port: the guard on the JobManager's class path answers 403 before Flink sees anything. Leaves
 * the running job as it was.
 */
export function guardContract(restUrl: () => string): void {
  describe('the guard', () => {
    let jobId = '';

    beforeAll(async () => {
      const { body } = await ask('GET', '/jobs', {});
      jobId = /"id":"([0-9a-f]{32})","status":"RUNNING"/.exec(body)?.[1] ?? '';
      expect(jobId).not.toBe('');
    });

    async function ask(
      method: string,
      path: string,
      headers: Readonly<Record<string, string>>,
    ): Promise<{ status: number; body: string }> {
      return new Promise((resolve, reject) => {
        const call = request(`${restUrl()}${path}`, { method, headers, timeout: 10_000 }, (answer) => {
          let body = '';
          answer.setEncoding('utf8');
          answer.on('data', (chunk: string) => {
            body += chunk;
          });
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
        });
        call.on('error', reject);
        call.end();
      });
    }

    const calls: Readonly<Record<string, () => readonly [method: string, path: string]>> = {
      upload: () => ['POST', '/jars/upload'],
      run: () => ['POST', '/jars/any.jar/run'],
      cancel: () => ['PATCH', `/jobs/${jobId}?mode=cancel`],
      stop: () => ['POST', `/jobs/${jobId}/stop`],
    };

    describe.each(Object.entries(foreign))('refuses %s', (_title, headers) => {
      it.each(Object.entries(calls))('at %s', async (_name, call) => {
        const [method, path] = call();
        expect((await ask(method, path, headers)).status).toBe(403);
      });
    });

    it('lets the Web UI of its own address through', async () => {
      const { status, body } = await ask('GET', '/', { 'Sec-Fetch-Site': 'same-origin' });
      expect(status).toBe(200);
      expect(body).toContain('<title>');
    });

    it('has kept the job running', async () => {
      expect((await ask('GET', '/jobs', {})).body).toContain(`"id":"${jobId}","status":"RUNNING"`);
    });
  });
}
