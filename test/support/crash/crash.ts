import { spawn } from 'node:child_process';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import type { VictimOrder } from './boundaries';

declare const __CENTRAL_ADDRESS__: string;

/** Builds the program that is killed. Returns its path. */
export async function buildVictim(folder: string): Promise<string> {
  const script = join(folder, 'victim.mjs');
  const support = join(import.meta.dirname, '..');
  await esbuild.build({
    entryPoints: [join(support, 'crash', 'victim.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    define: {
      __CENTRAL_ADDRESS__: JSON.stringify(__CENTRAL_ADDRESS__),
      'import.meta.dirname': JSON.stringify(support),
    },
    mainFields: ['module', 'main'],
    logLevel: 'silent',
  });
  return script;
}

/**
 * Runs the operation in a process of its own until that is dead: by its own hand at a boundary, or killed `afterMs` after it began.
 * @returns true when it was done before it could be killed.
 */
export async function runUntilDead(script: string, order: VictimOrder, afterMs?: number): Promise<boolean> {
  const child = spawn(process.execPath, [script, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let complained = '';
  let timer: NodeJS.Timeout | undefined;
  child.stdout.on('data', (data: Buffer) => {
    said += data.toString();
    if (said.includes('begins') && afterMs !== undefined) timer ??= setTimeout(() => child.kill('SIGKILL'), afterMs);
  });
  child.stderr.on('data', (data: Buffer) => {
    complained += data.toString();
  });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.once('exit', (...end) => resolve(end));
  });
  clearTimeout(timer);
  if (signal === 'SIGKILL') return false;
  if (code === 0 && said.includes('done')) return true;
  throw new Error(`It ended with ${code ?? signal} after "${said}".\n${complained}`);
}
