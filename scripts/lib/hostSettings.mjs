// The settings with which the suite of test/host runs, in the server and in the desktop alike.
import path from 'node:path';

/**
 * Everything of the playground's goes into the run's own folder, and there is no Java: nothing can be started by mistake.
 * @param {string} directory
 * @returns {Record<string, string>}
 */
export function testSettings(directory) {
  return {
    'flinkPlayground.environment': 'local',
    'flinkPlayground.local.dataDirectory': path.join(directory, 'data'),
    'flinkPlayground.local.cacheDirectory': path.join(directory, 'cache'),
    'flinkPlayground.local.javaHome': path.join(directory, 'no-java-here'),
  };
}
