// Called as Java is: writes numbered lines to the file of `-Dlog.file=`, and renews that file as log4j does, until it is killed.
// Beside the log it counts the lines that it has written, so that a test knows the last one after a SIGKILL.
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

// As long as any JVM takes until it says something: the follower marks a gap before that.
await delay(250);

const path = process.argv.find((argument) => argument.startsWith('-Dlog.file='))?.slice('-Dlog.file='.length) ?? '';
const run = Date.now();
const renewAfter = 200_000;

let log = openSync(path, 'a');
const counter = openSync(`${path}.count-${run}`, 'w');
let written = 0;
let line = 0;
console.log('generator ready');
setInterval(() => {
  for (let each = 0; each < 3; each++) {
    line += 1;
    written += writeSync(log, `run ${run} line ${line}\n`);
    writeSync(counter, String(line), 0);
  }
  if (written < renewAfter) return;
  written = 0;
  closeSync(log);
  rmSync(`${path}.1`, { force: true });
  renameSync(path, `${path}.1`);
  log = openSync(path, 'a');
}, 1);
