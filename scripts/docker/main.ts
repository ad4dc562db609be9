// What Docker needs beside the extension, bundled and run by scripts/docker.mjs:
//   images                the images that the compose files begin with, pulled, or imitated where they cannot be
//   stack [flink version] the jars beside playground/images/flink/Dockerfile, for `docker compose up` by hand
import { homedir } from 'node:os';
import { join } from 'node:path';
import { writeStackFolder } from '../../src/core/environment/compose/stackFolder';
import { ArtifactStore } from '../../src/core/environment/local/artifacts/artifactStore';
import { playground } from '../../src/core/playground';
import { cacheDirectory, mavenRepository } from '../../src/core/userDirectories';
import { silentLogger } from '../../src/core/util/logger';
import { ensureImages } from './images';

declare const __CENTRAL_ADDRESS__: string;

async function main([root = '', task, flinkVersion = playground.flink.default]: readonly string[]): Promise<void> {
  const artifacts = new ArtifactStore({
    cacheDirectory: cacheDirectory(''),
    baseAddress: __CENTRAL_ADDRESS__,
    mavenRepository: mavenRepository(homedir()),
    logger: silentLogger,
  });
  if (task === 'images') {
    await ensureImages({ root, artifacts, say: (line) => console.log(line) });
  } else {
    await writeStackFolder(
      join(root, 'playground'),
      {
        stackDirectory: join(root, 'playground'),
        jarsDirectory: join(root, 'playground/job/target'),
        artifacts,
        flinkVersion,
      },
      () => undefined,
      AbortSignal.timeout(600_000),
    );
    console.log('playground/images/flink/jars is complete. Next: cd playground, then docker compose up -d');
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
