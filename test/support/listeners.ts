import { readFile, readdir, readlink } from 'node:fs/promises';

/** Addresses in hexadecimal on which processes listen for TCP, from `/proc`. */
export async function listenersOf(pids: readonly number[]): Promise<readonly string[]> {
  return (await Promise.all(pids.map((pid) => listenersOfOne(pid)))).flat();
}

async function listenersOfOne(pid: number): Promise<readonly string[]> {
  const descriptors = await readdir(`/proc/${pid}/fd`);
  const links = await Promise.all(descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
  const inodes = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/${pid}/net/${name}`, 'utf8')));
  return tables.flatMap((table) =>
    table
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A' && inodes.has(fields[9] ?? ''))
      .flatMap((fields) => fields[1]?.split(':')[0] ?? []),
  );
}

/** True for 127.0.0.1 and for the same as an IPv6 address. */
export function isLoopback(address: string): boolean {
  return address === '0100007F' || address === '0000000000000000FFFF00000100007F';
}
