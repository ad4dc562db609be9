import { createHash } from 'node:crypto';
import { cp, copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { playground } from '../../src/core/playground';
import type { ArtifactStore } from '../../src/core/environment/local/artifacts/artifactStore';

const baseImage = 'flink-playground-stand-in-base';
const hashLabel = 'flink-playground.stand-in-hash';
/** A registry that is there sends the first of an image within this; layers may take as long as they take. */
const registryTimeoutMs = 15_000;
const pullTimeoutMs = 1_800_000;
const buildTimeoutMs = 600_000;

/** How an image is imitated where it cannot be pulled. */
interface StandIn {
  readonly image: string;
  /** Below `scripts/docker/standIns`. */
  readonly folder: string;
  readonly buildArguments: Readonly<Record<string, string>>;
  /** Folders of the build context and the sets of the lock file that fill them. */
  readonly jars: Readonly<Record<string, readonly string[]>>;
}

export interface ImageOptions {
  readonly root: string;
  readonly artifacts: ArtifactStore;
  readonly say: (line: string) => void;
}

function standIns(): readonly StandIn[] {
  const { images, kafka, flink } = playground;
  const broker = (version: string): Pick<StandIn, 'jars'> => ({
    // The tools are those of the newer Kafka in both, with what they take from its broker.
    jars: { libs: [`kafka-${version}`], tools: ['kafka-tools', `kafka-${kafka.modes.kraft}`] },
  });
  return [
    ...Object.keys(flink.versions).map((version) => ({
      image: images.flink.replace('${version}', version),
      folder: 'flink',
      buildArguments: { RUN_AS: version.startsWith('1.') ? 'root' : 'flink' },
      jars: { lib: [`flink-${version}`] },
    })),
    { image: images.kafka.kraft, folder: 'kafka', buildArguments: {}, ...broker(kafka.modes.kraft) },
    ...[
      { image: images.kafka.zookeeper, component: 'kafka' },
      { image: images.zookeeper, component: 'zookeeper' },
    ].map(({ image, component }) => ({
      image,
      folder: 'confluent',
      buildArguments: { COMPONENT: component },
      ...broker(kafka.modes.zookeeper),
    })),
  ];
}

/**
 * Has every image that the compose files begin with: one that is there is kept, one that can be pulled is pulled, and for any
 * other a stand-in of the same contract is built from the jars of the lock file, as root on Debian or Ubuntu.
 */
export async function ensureImages(options: ImageOptions): Promise<void> {
  const files = await hashOf(join(options.root, 'scripts/docker/standIns'));
  let registry: boolean | undefined;
  for (const standIn of standIns()) {
    const hash = createHash('sha256').update(files).update(JSON.stringify(standIn)).digest('hex').slice(0, 16);
    const label = await labelOf(standIn.image);
    if (label === '' || label === hash) continue;
    // A stand-in says that there was no registry; it is not asked again for every change of ours.
    registry ??= label === undefined && (await registryAnswers());
    if (registry) {
      options.say(`Pulling ${standIn.image} …`);
      await execa('docker', ['pull', standIn.image], { stdio: 'inherit', timeout: pullTimeoutMs });
      continue;
    }
    options.say(`Building a stand-in for ${standIn.image} …`);
    await ensureBase(options);
    await build(standIn, hash, options);
  }
}

/** @returns undefined where there is no such image; empty for one that is no stand-in. */
async function labelOf(image: string): Promise<string | undefined> {
  const { exitCode, stdout } = await execa(
    'docker',
    ['image', 'inspect', image, '--format', `{{ index .Config.Labels "${hashLabel}" }}`],
    { reject: false },
  );
  if (exitCode !== 0) return undefined;
  return stdout === '<no value>' ? '' : stdout.trim();
}

async function registryAnswers(): Promise<boolean> {
  const { exitCode } = await execa('docker', ['manifest', 'inspect', playground.images.kafka.kraft], {
    reject: false,
    timeout: registryTimeoutMs,
  });
  return exitCode === 0;
}

/** Debian with a Java runtime and what the official images have besides, made by debootstrap. */
async function ensureBase({ root, say }: ImageOptions): Promise<void> {
  if ((await labelOf(baseImage)) !== undefined) return;
  say('Making the base of the stand-ins with debootstrap …');
  const folder = join(root, '.cache/docker/base');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const packages = 'ca-certificates,openjdk-17-jre-headless,curl,wget,procps';
  await execa('debootstrap', ['--variant=minbase', `--include=${packages}`, 'bookworm', folder], {
    timeout: buildTimeoutMs,
  });
  const archive = execa('tar', ['-C', folder, '--exclude=./var/cache/apt/archives/*.deb', '-c', '.'], {
    buffer: false,
    encoding: 'buffer',
  });
  await archive.pipe('docker', ['import', '-', baseImage], { timeout: buildTimeoutMs });
  await rm(folder, { recursive: true, force: true });
}

async function build(standIn: StandIn, hash: string, { root, artifacts }: ImageOptions): Promise<void> {
  const source = join(root, 'scripts/docker/standIns');
  const context = join(root, '.cache/docker/context');
  await rm(context, { recursive: true, force: true });
  await cp(join(source, standIn.folder), context, { recursive: true });
  for (const [folder, sets] of Object.entries(standIn.jars)) {
    const found = await artifacts.ensure(sets, () => undefined, AbortSignal.timeout(buildTimeoutMs));
    await mkdir(join(context, folder));
    for (const [index, set] of sets.entries()) {
      for (const jar of found.get(set) ?? []) {
        // A second binding of SLF4J would be one too many.
        if (index === 0 || !basename(jar).startsWith('log4j-'))
          await copyFile(jar, join(context, folder, basename(jar)));
      }
    }
  }
  const buildArguments = Object.entries(standIn.buildArguments).flatMap(([name, value]) => [
    '--build-arg',
    `${name}=${value}`,
  ]);
  await execa('docker', ['build', '-t', standIn.image, '--label', `${hashLabel}=${hash}`, ...buildArguments, context], {
    timeout: buildTimeoutMs,
  });
  await rm(context, { recursive: true, force: true });
}

async function hashOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.toSorted()) hash.update(file.slice(folder.length)).update(await readFile(file));
  return hash.digest('hex');
}
