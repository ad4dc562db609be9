import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'maven '));
  vi.resetModules();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

async function centralAddress(): Promise<string> {
  const module = await import('../../../scripts/centralAddress.mjs');
  return module.centralAddress();
}

/** Puts a Maven first on PATH that has this super-POM; `flags` are those of `jar`. */
async function installMaven(pom: string, flags = '-cf'): Promise<void> {
  const model = join(folder, 'classes', 'org', 'apache', 'maven', 'model');
  await mkdir(model, { recursive: true });
  await mkdir(join(folder, 'lib'));
  await writeFile(join(model, 'pom-4.0.0.xml'), pom);
  execFileSync('jar', [
    flags,
    join(folder, 'lib', 'maven-model-builder-9.9.9.jar'),
    '-C',
    join(folder, 'classes'),
    '.',
  ]);
  await writeFile(join(folder, 'mvn'), `#!/bin/sh\nprintf 'Apache Maven 9.9.9\\nMaven home: %s\\n' '${folder}'\n`);
  await chmod(join(folder, 'mvn'), 0o755);
  vi.stubEnv('PATH', [folder, process.env['PATH']].join(delimiter));
}

function superPom(repositories: string): string {
  return `<project>\n  <!-- a comment -->\n  <repositories>${repositories}</repositories>\n</project>\n`;
}

const central =
  '<repository><id>central</id><name>Central</name><url>https://central.example/maven2/</url></repository>';

describe.skipIf(process.platform === 'win32')('the address of Maven Central', () => {
  it('is that of the super-POM of the Maven on PATH, without a slash at the end', async () => {
    await installMaven(superPom(central));
    expect(await centralAddress()).toBe('https://central.example/maven2');
  });

  it('is found in a jar without compression, too', async () => {
    await installMaven(superPom(central), '-c0f');
    expect(await centralAddress()).toBe('https://central.example/maven2');
  });

  it('is not that of another repository beside it', async () => {
    const other = '<repository><id>other</id><url>https://other.example/</url></repository>';
    await installMaven(superPom(other + central));
    expect(await centralAddress()).toBe('https://central.example/maven2');
  });

  it('is not made up where the super-POM has none', async () => {
    await installMaven(superPom(''));
    await expect(centralAddress()).rejects.toThrow('No super-POM with the repository "central"');
  });

  it('needs Maven, and says so', async () => {
    vi.stubEnv('PATH', folder);
    await expect(centralAddress()).rejects.toThrow('Maven was not found');
  });

  it('is a secure one in the real Maven', async () => {
    expect(await centralAddress()).toMatch(/^https:\/\/[\w.-]+\/[\w/]+$/);
  });
});
