import { readFile } from 'node:fs/promises';

const established = '01';

/** How many connections of this machine lead to the ports of brokers on it. Linux only. */
export async function connectionsTo(brokers: readonly string[]): Promise<number> {
  const ports = new Set(brokers.map((broker) => Number(broker.slice(broker.lastIndexOf(':') + 1))));
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8')));
  return tables
    .flatMap((table) => table.split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , remote = '', state]) => state === established && ports.has(parseInt(remote.split(':')[1] ?? '', 16)))
    .length;
}
