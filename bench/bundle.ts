import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { alone, type Figure } from './measure';

const mostForActivation = 150_000;
const mostForTheHost = 1_500_000;

/** Bytes of what activation loads, and of all bundles that run in the extension host and its worker. */
export function bundle(): Promise<readonly Figure[]> {
  const dist = join(process.cwd(), 'dist');
  const sizeOf = (file: string): number => statSync(join(dist, file)).size;
  const host = readdirSync(dist).filter((file) => file.endsWith('.js'));
  return Promise.resolve([
    alone('bundle.activation', 'bytes', 'what was asked for', [sizeOf('extension.js')], mostForActivation),
    alone(
      'bundle.host',
      'bytes',
      'what was asked for',
      [host.reduce((sum, file) => sum + sizeOf(file), 0)],
      mostForTheHost,
    ),
  ]);
}
