// A worker that speaks the protocol of the Kafka worker by hand and misbehaves when it is told to, by the name of the broker:
// `crash` ends the thread, `silent` gets no answer, `garbage` gets a wrong one, `flood` answers and sends nonsense events.
const { parentPort, threadId } = require('node:worker_threads');

const state = { status: 'live', first: 0, end: 3, total: 3, capacity: 10, rate: 0 };
// oxlint-disable unicorn/require-post-message-target-origin -- a thread has no origin.
const send = (method, ...args) => parentPort.postMessage({ t: 'q', m: method, a: args });

parentPort.on('message', ({ i: id, m: method, a: args }) => {
  const reply = (answer) => parentPort.postMessage({ t: 's', i: id, r: { ok: true, answer } });
  if (method === 'clusterId') {
    const [broker] = args[0];
    if (broker === 'crash') process.exit(3);
    if (broker === 'silent') return;
    if (broker === 'flood') {
      send('tailState', 'one', null);
      send('constructor', 'x');
      send('log', 'shout', 'x');
    }
    reply(broker === 'garbage' ? 5 : `thread ${threadId}`);
  } else if (method === 'openTail') {
    const [session, { topic }, resume] = args;
    const first = resume === undefined ? 0 : resume.seq;
    send('tailState', session, { ...state, topic, first, end: first + 3, total: first + 3 }, [[0, BigInt(first + 3)]]);
    reply();
  } else if (method === 'end') {
    send('tailState', args[0], { ...state, topic: 'clicks', status: 'ended' }, [[0, 3n]]);
    reply();
  } else {
    reply();
  }
});
