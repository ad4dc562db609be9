import { readdir, readFile, readlink } from 'node:fs/promises';

/**
 * The process that listens on a TCP port of this machine, as "java (4711)". Only Linux tells it without another program, and
 * only of processes that may be looked into; `undefined` where it cannot be known.
 * @param root the process file system, `/proc`.
 */
export async function portHolder(port: number, root = '/proc'): Promise<string | undefined> {
  try {
    const inodes = new Set(
      (await Promise.all(['tcp', 'tcp6'].map((name) => listeners(`${root}/net/${name}`, port)))).flat(),
    );
    if (inodes.size === 0) return undefined;
    for (const pid of (await readdir(root)).filter((name) => /^\d+$/.test(name))) {
      if (!(await holdsAny(`${root}/${pid}/fd`, inodes))) continue;
      return `${(await readFile(`${root}/${pid}/comm`, 'utf8')).trim()} (${pid})`;
    }
  } catch {
    // A nicety in a message: whatever keeps it from being known is no reason to fail.
  }
  return undefined;
}

const listenState = '0A';

/** Inodes of the sockets that listen on the port: the tenth column of `/proc/net/tcp`. */
async function listeners(path: string, port: number): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return text.split('\n').flatMap((line) => {
    const columns = line.trim().split(/\s+/);
    const listens = (columns[1] ?? '').endsWith(`:${wanted}`) && columns[3] === listenState;
    return listens && columns[9] !== undefined ? [columns[9]] : [];
  });
}

async function holdsAny(folder: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const target = await readlink(`${folder}/${name}`).catch(() => '');
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode !== undefined && inodes.has(inode)) return true;
  }
  return false;
}
