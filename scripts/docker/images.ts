import { createHash } from 'node:crypto';
import { cp, copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { playground } from '../../src/core/playground';
import type { ArtifactStore } from '../../src/core/environment/local/artifacts/artifactStore';

const baseImage = 'flink-playground-stand-in-base';
const hashLabel = 'flink-playground.stand-in-hash';
const dependencyPlugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1';
/** A registry that is there sends the first of an image within this; layers may take as long as they take. */
const registryTimeoutMs = 15_000;

/** How an image is imitated where it cannot be pulled. */
interface StandIn {
  readonly image: string;
  /** Below `scripts/docker/standIns`. */
  readonly folder: string;
  readonly buildArguments: Readonly<Record<string, string>>;
  /** Folders of the build context and the sets of the lock file that fill them. */
  readonly jars: Readonly<Record<string, string>>;
  /** The version of Kafka's command line tools that is added, which need nothing that the set does not have. */
  readonly tools?: string;
}

export interface ImageOptions {
  readonly root: string;
  readonly artifacts: ArtifactStore;
  readonly say: (line: string) => void;
}

/** Maven Central has no tools of 4.2.2. */
const toolsVersions: Readonly<Record<string, string>> = { '4.2.2': '4.2.1' };

function standIns(): readonly StandIn[] {
  const { images, kafka, flink } = playground;
  const broker = (version: string): Pick<StandIn, 'jars' | 'tools'> => ({
    jars: { libs: `kafka-${version}` },
    tools: toolsVersions[version] ?? version,
  });
  return [
    ...Object.keys(flink.versions).map((version) => ({
      image: images.flink.replace('${version}', version),
      folder: 'flink',
      buildArguments: { RUN_AS: version.startsWith('1.') ? 'root' : 'flink' },
      jars: { lib: `flink-${version}` },
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
  const hash = await hashOf(join(options.root, 'scripts/docker/standIns'));
  let registry: boolean | undefined;
  for (const standIn of standIns()) {
    const label = await labelOf(standIn.image);
    if (label === '' || label === hash) continue;
    // A stand-in says that there was no registry; it is not asked again for every change of ours.
    registry ??= label === undefined && (await registryAnswers());
    if (registry) {
      options.say(`Pulling ${standIn.image} …`);
      await execa('docker', ['pull', standIn.image], { stdio: 'inherit' });
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
  await execa('debootstrap', ['--variant=minbase', `--include=${packages}`, 'bookworm', folder]);
  const archive = execa('tar', ['-C', folder, '--exclude=./var/cache/apt/archives/*.deb', '-c', '.'], {
    buffer: false,
    encoding: 'buffer',
  });
  await archive.pipe('docker', ['import', '-', baseImage]);
  await rm(folder, { recursive: true, force: true });
}

async function build(standIn: StandIn, hash: string, { root, artifacts }: ImageOptions): Promise<void> {
  const source = join(root, 'scripts/docker/standIns');
  const context = join(root, '.cache/docker/context');
  await rm(context, { recursive: true, force: true });
  await cp(join(source, standIn.folder), context, { recursive: true });
  for (const [folder, set] of Object.entries(standIn.jars)) {
    const found = await artifacts.ensure([set], () => undefined, AbortSignal.timeout(600_000));
    await mkdir(join(context, folder));
    for (const jar of found.get(set) ?? []) await copyFile(jar, join(context, folder, basename(jar)));
  }
  if (standIn.tools !== undefined) {
    await execa('mvn', [
      '-B',
      '-q',
      '-f',
      join(source, 'kafka-tools.xml'),
      `${dependencyPlugin}:copy-dependencies`,
      '-DexcludeTransitive=true',
      `-Dkafka.version=${standIn.tools}`,
      `-DoutputDirectory=${join(context, 'tools')}`,
    ]);
  }
  const buildArguments = Object.entries(standIn.buildArguments).flatMap(([name, value]) => [
    '--build-arg',
    `${name}=${value}`,
  ]);
  await execa('docker', ['build', '-t', standIn.image, '--label', `${hashLabel}=${hash}`, ...buildArguments, context]);
  await rm(context, { recursive: true, force: true });
}

async function hashOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.toSorted()) hash.update(file.slice(folder.length)).update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}
