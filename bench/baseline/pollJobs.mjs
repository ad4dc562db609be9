// What a user would write: asks `/jobs/overview` every 50 ms and says when a job does not run as a whole any more.
const [url] = process.argv.slice(2);
const intervalMs = 50;

console.log('ready');
for (;;) {
  const { jobs } = await (await fetch(`${url}/jobs/overview`)).json();
  if (jobs.some(({ state, tasks }) => state !== 'RUNNING' || tasks.running < tasks.total)) break;
  await new Promise((resolve) => {
    setTimeout(resolve, intervalMs);
  });
}
console.log(Date.now());
