import { describe, expect, it } from 'vitest';
import { PlaygroundError } from '../../../src/core/util/errors';
import { describeError, isCancellation, plainText } from '../../../src/host/describeError';
import { LazyService } from '../../../src/host/lazyService';

describe('an error as a person reads it', () => {
  it('is core’s own sentence with its remedy', () => {
    const error = new PlaygroundError('java', 'No Java was found.', { remedy: 'Install one.' });
    expect(describeError(error)).toEqual({ message: 'No Java was found.', remedy: 'Install one.', kind: 'java' });
  });

  it('is known by its name, because another bundle has a class of its own', () => {
    const stranger = Object.assign(new Error('Port 8081 is in use.'), { name: 'PlaygroundError', kind: 'port' });
    expect(describeError(stranger)).toMatchObject({ message: 'Port 8081 is in use.', kind: 'port' });
  });

  it('is a sentence of ours when the deadline of an action has passed', async () => {
    const signal = AbortSignal.timeout(0);
    await expect.poll(() => signal.aborted).toBe(true);
    expect(isCancellation(signal.reason)).toBe(false);
    expect(describeError(signal.reason)).toEqual({
      message: 'It took too long and was given up.',
      remedy: 'Look at what runs in the Cluster view, then try again.',
      kind: 'timeout',
    });
  });

  it('knows a cancellation of ours and of VS Code', () => {
    expect(isCancellation(new DOMException('off', 'AbortError'))).toBe(true);
    expect(isCancellation(Object.assign(new Error('Canceled'), { name: 'Canceled' }))).toBe(true);
    expect(isCancellation(new Error('Canceled'))).toBe(false);
  });

  it('makes no button of a link in a foreign name', () => {
    expect(plainText('Job [click](command:flinkPlayground.stopAndDeleteData) failed')).not.toMatch(/\]\(/);
  });
});

describe('a service that is built on first use', () => {
  interface Thing {
    disposed: boolean;
    dispose(): void;
  }
  const thing = (): Thing => ({
    disposed: false,
    dispose() {
      this.disposed = true;
    },
  });

  it('is built once, however many ask', async () => {
    let built = 0;
    const service = new LazyService(() => {
      built += 1;
      return Promise.resolve(thing());
    });
    const [a, b] = await Promise.all([service.get(), service.get()]);
    expect(a).toBe(b);
    expect(built).toBe(1);
    expect(service.current.value).toBe(a);
  });

  it('is tried again after a failure', async () => {
    let tries = 0;
    const service = new LazyService(() => {
      tries += 1;
      return tries === 1 ? Promise.reject(new Error('no')) : Promise.resolve(thing());
    });
    await expect(service.get()).rejects.toThrow('no');
    await expect(service.get()).resolves.toBeDefined();
  });

  it('is let go when it comes after the end', async () => {
    const late = thing();
    let arrive: (value: Thing) => void = () => undefined;
    const service = new LazyService<Thing>(
      () =>
        new Promise((resolve) => {
          arrive = resolve;
        }),
    );
    const asked = service.get();
    service.dispose();
    arrive(late);
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    expect(late.disposed).toBe(true);
  });
});
