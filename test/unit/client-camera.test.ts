import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cameraConstraints } from '../../client/sdk/camera/camera-constraints.ts';
import { cameraFacing } from '../../client/sdk/camera/camera-facing.ts';
import { cameraFailure, lessMayHelp } from '../../client/sdk/camera/camera-failure.ts';
import { createRateWatch } from '../../client/sdk/camera/rate-watch.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';

describe('what a camera is asked for', () => {
  test('the person is looked at where nothing else is asked for', () => {
    for (const constraints of cameraConstraints({}))
      expect(constraints).toMatchObject({ facingMode: { ideal: 'user' } });
  });

  test('a facing is a wish, a device is not', () => {
    for (const constraints of cameraConstraints({ facing: 'environment' }))
      expect(constraints).toMatchObject({ facingMode: { ideal: 'environment' } });
    for (const constraints of cameraConstraints({ facing: 'environment', deviceId: 'd1' })) {
      expect(constraints).toMatchObject({ deviceId: { exact: 'd1' } });
      expect(constraints).not.toHaveProperty('facingMode');
    }
  });

  test('each step asks for less, the last for nothing but the camera', () => {
    const ladder = cameraConstraints({});
    expect(ladder.map(({ width }) => width?.ideal)).toEqual([1920, 1280, undefined]);
    expect(Object.keys(ladder.at(-1)!)).toEqual(['facingMode']);
  });
});

describe('why a camera could not be opened', () => {
  const named = (name: string) => Object.assign(new Error('as the browser says'), { name });

  test.each([
    ['NotAllowedError', 'camera-denied', false],
    ['SecurityError', 'camera-denied', false],
    ['NotFoundError', 'camera-missing', false],
    ['OverconstrainedError', 'camera-missing', true],
    ['NotReadableError', 'camera-busy', true],
    ['AbortError', 'camera-busy', true],
    ['TypeError', 'browser-unsupported', false],
    ['SomethingNew', 'camera-busy', true],
  ])('%s is %s', (name, code, less) => {
    const failure = cameraFailure(named(name));
    expect(failure).toMatchObject({ code, retryable: code === 'camera-busy' });
    expect(failure.message).toContain('as the browser says');
    expect(lessMayHelp(named(name))).toBe(less);
  });

  test('a FramegateError stays what it is', () => {
    const own = new FramegateError('camera-lost', 'gone');
    expect(cameraFailure(own)).toBe(own);
  });
});

test.each([
  ['user', 'Back Camera', 'user'],
  [undefined, 'camera2 0, facing back', 'environment'],
  [undefined, 'camera2 1, facing front', 'user'],
  [undefined, 'FaceTime HD Camera', 'user'],
  [undefined, 'Logitech C920', null],
  ['left', '', null],
])('facing of %s, %s is %s', (facingMode, label, facing) => {
  expect(cameraFacing(facingMode, label)).toBe(facing);
});

describe('the watch over the rate of a camera', () => {
  /** Seconds of pictures at a rate, checked once a second; what the checks said. */
  function watcher() {
    const watch = createRateWatch();
    let nowMs = 1000;
    let count = 0;
    return {
      run(seconds: number, perSecond: number, watching = true): (number | null)[] {
        return Array.from({ length: seconds }, () => {
          nowMs += 1000;
          for (let index = 0; index < perSecond; index += 1) {
            count += 1;
            watch.picture(count);
          }
          return watch.check(nowMs, watching);
        });
      },
      /** The page was asleep: no check. */
      sleep: (ms: number) => {
        nowMs += ms;
      },
      otherStream: () => {
        count = 0;
      },
      missed: (pictures: number) => {
        count += pictures;
      },
    };
  }
  const blamed = (said: (number | null)[]) => said.filter((perSecond) => perSecond !== null);

  test('has nothing to say of a camera at 5 pictures a second or more', () => {
    expect(blamed(watcher().run(60, 5))).toEqual([]);
  });

  test('tells a slow one after some seconds, with its rate', () => {
    const camera = watcher();
    expect(blamed(camera.run(4, 3))).toEqual([]);
    expect(camera.run(1, 3)).toEqual([3]);
  });

  test('gives a camera longer for its first picture', () => {
    const camera = watcher();
    expect(blamed(camera.run(8, 0))).toEqual([]);
    expect(camera.run(1, 0)).toEqual([0]);
  });

  test('counts from the first check at which it was watched', () => {
    const camera = watcher();
    camera.run(5, 0, false);
    expect(blamed(camera.run(1, 1))).toEqual([]);
    expect(blamed(camera.run(4, 6))).toEqual([]);
  });

  test('does not blame a camera that was not watched, nor for the time before', () => {
    const camera = watcher();
    camera.run(3, 20);
    expect(blamed(camera.run(30, 0, false))).toEqual([]);
    expect(blamed(camera.run(3, 0))).toEqual([]);
    expect(blamed(camera.run(2, 0))).toEqual([0]);
  });

  test('does not blame it for a page that slept', () => {
    const camera = watcher();
    camera.run(3, 20);
    camera.sleep(60_000);
    expect(blamed(camera.run(6, 20))).toEqual([]);
  });

  test('counts what the camera gave, not what was looked at', () => {
    const camera = watcher();
    camera.run(1, 1);
    const said = Array.from({ length: 8 }, () => {
      camera.missed(20);
      return camera.run(1, 1)[0]!;
    });
    expect(blamed(said)).toEqual([]);
  });

  test('is not misled by another stream that counts from the start again', () => {
    const camera = watcher();
    camera.run(3, 20);
    camera.otherStream();
    expect(blamed(camera.run(8, 6))).toEqual([]);
    camera.otherStream();
    expect(blamed(camera.run(8, 1)).length).toBeGreaterThan(0);
  });

  test('never blames a steady camera, whenever it is hidden or asleep', () => {
    const event = fc.oneof(
      fc.record({ run: fc.integer({ min: 1, max: 12 }), watching: fc.boolean() }),
      fc.record({ sleep: fc.integer({ min: 4000, max: 90_000 }) }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        const camera = watcher();
        for (const one of events)
          if ('sleep' in one) camera.sleep(one.sleep);
          else expect(blamed(camera.run(one.run, one.watching ? 6 : 0, one.watching))).toEqual([]);
      }),
    );
  });
});
