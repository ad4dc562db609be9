import { describe, expect, it } from 'vitest';
import { LogBuffer } from '../../../src/host/logBuffer';

const note = '──── Earlier lines are no longer shown here. ────';

function pushed(buffer: LogBuffer, first: number, last: number): void {
  for (let number = first; number <= last; number++) buffer.push(`line ${number}`);
}

describe('the text of a log channel', () => {
  it('grows by what is new', () => {
    const buffer = new LogBuffer();
    expect(buffer.take()).toBeUndefined();
    pushed(buffer, 1, 2);
    expect(buffer.take()).toEqual({ how: 'append', text: 'line 1\nline 2\n' });
    pushed(buffer, 3, 3);
    expect(buffer.take()).toEqual({ how: 'append', text: 'line 3\n' });
    expect(buffer.take()).toBeUndefined();
  });

  it('begins anew with the newest lines when the channel is full', () => {
    const buffer = new LogBuffer({ kept: 21, channel: 42 });
    const updates = [1, 2, 3, 4, 5, 6, 7].map((number) => {
      pushed(buffer, number, number);
      return buffer.take();
    });
    expect(updates.slice(0, 6).map((update) => update?.how)).toEqual(Array.from({ length: 6 }, () => 'append'));
    expect(updates[6]).toEqual({ how: 'replace', text: `${note}\nline 5\nline 6\nline 7\n` });
    pushed(buffer, 8, 8);
    expect(buffer.take()).toEqual({ how: 'append', text: 'line 8\n' });
  });

  it('holds no more than its limit in a flood, and says that lines are left out', () => {
    const buffer = new LogBuffer({ kept: 1000, channel: 4000 });
    pushed(buffer, 1, 100_000);
    const update = buffer.take();
    expect(update?.how).toBe('replace');
    expect(update?.text.length).toBeLessThan(1100);
    expect(update?.text.startsWith(`${note}\nline 99`)).toBe(true);
    expect(update?.text.endsWith('line 100000\n')).toBe(true);
  });
});
