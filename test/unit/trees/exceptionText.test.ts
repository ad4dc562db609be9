import { describe, expect, it } from 'vitest';
import { exceptionText } from '../../../src/core/trees/exceptionText';
import type { JobException } from '../../../src/shared/model/jobReads';
import { noon } from '../../support/builders/flink';

process.env['TZ'] = 'UTC';

const failure: JobException = {
  name: 'org.apache.flink.runtime.JobException',
  stackTrace:
    'org.apache.flink.runtime.JobException: Recovery\n\tat a.B\nCaused by: java.io.IOException: disk full\n\tat c.D\n',
  at: noon,
  taskName: 'Source (1/2)',
  taskManagerId: 'taskmanager-1',
  concurrent: [],
};

describe('the exceptions of a job as a document', () => {
  it('begin with their root cause, and keep the whole stack', () => {
    expect(exceptionText('Click Event Count', { entries: [failure], truncated: false })).toBe(
      [
        'All exceptions of Click Event Count so far: 1, the newest first.',
        '',
        '──── 2023-11-14 22:13:20 · IOException: disk full ────',
        'Source (1/2) · taskmanager-1',
        'org.apache.flink.runtime.JobException: Recovery',
        '\tat a.B',
        'Caused by: java.io.IOException: disk full',
        '\tat c.D',
        '',
      ].join('\n'),
    );
  });

  it('bring those of other tasks at the same time', () => {
    const text = exceptionText('x', { entries: [{ ...failure, concurrent: [failure] }], truncated: false });
    expect(text.split('disk full')).toHaveLength(5);
    expect(text).toContain('At the same time:');
  });

  it('say when there are more than Flink keeps', () => {
    expect(exceptionText('x', { entries: [failure], truncated: true })).toContain('Flink keeps no more.');
  });

  it('say when there are none', () => {
    expect(exceptionText('x', { entries: [], truncated: false })).toBe('x has had no exception.\n');
  });

  it('bring no control sequence of a terminal into the editor', () => {
    const text = exceptionText('x', {
      entries: [{ ...failure, stackTrace: 'E: \u001b[31mred\u001b[0m' }],
      truncated: false,
    });
    expect(text).not.toContain('\u001b');
  });
});
