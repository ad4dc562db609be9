import { describe, expect, it } from 'vitest';
import { IdleConnection } from '../../../src/core/kafka/idleConnection';
import { FakeClock, settled } from '../../support/builders/fakeClock';

class FakeClient {
  readonly calls: string[] = [];
  connected: () => void = () => undefined;

  connect(): Promise<void> {
    this.calls.push('connect');
    return new Promise((resolve) => {
      this.connected = resolve;
    });
  }

  disconnect(): Promise<void> {
    this.calls.push('disconnect');
    return Promise.resolve();
  }
}

function create() {
  const clock = new FakeClock();
  const client = new FakeClient();
  const connection: IdleConnection<FakeClient> = new IdleConnection(client, clock, () => void connection.close());
  return { clock, client, connection };
}

describe('a connection that is closed when it is idle', () => {
  it('connects once, with the first use', async () => {
    const { client, connection } = create();
    expect(client.calls).toEqual([]);
    const uses = [connection.run(() => Promise.resolve(1)), connection.run(() => Promise.resolve(2))];
    client.connected();
    expect(await Promise.all(uses)).toEqual([1, 2]);
    expect(client.calls).toEqual(['connect']);
  });

  it('is closed half a minute after the last use', async () => {
    const { clock, client, connection } = create();
    for (let use = 0; use < 3; use += 1) {
      const done = connection.run(() => Promise.resolve());
      client.connected();
      await done;
      await clock.advance(29_000);
    }
    expect(client.calls).toEqual(['connect']);
    await clock.advance(1000);
    expect(client.calls).toEqual(['connect', 'disconnect']);
  });

  it('does not disconnect before it is connected, nor under what still works', async () => {
    const { client, connection } = create();
    let finish: () => void = () => undefined;
    const use = connection.run(
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    void connection.close();
    await settled();
    expect(client.calls).toEqual(['connect']);
    client.connected();
    await settled();
    expect(client.calls).toEqual(['connect']);
    finish();
    await use;
    await settled();
    expect(client.calls).toEqual(['connect', 'disconnect']);
  });

  it('has nothing to close when it never connected', async () => {
    const { client, connection } = create();
    await connection.close();
    expect(client.calls).toEqual([]);
  });
});
