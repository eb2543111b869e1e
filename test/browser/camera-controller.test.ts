import { describe, expect, test } from 'vitest';
import { createCameraController } from '../../client/component/camera-controller.ts';
import type { CameraControllerDeps } from '../../client/component/camera-controller-types.ts';
import type { CameraPicture } from '../../client/sdk/camera/camera.ts';
import type { TakenCapture } from '../../client/sdk/guided-session.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { type FakeGuidedSession, fakeGuidedSession } from '../support/fake-guided-session.ts';
import { type FakeCamera, fakeCamera } from './fake-camera.ts';

const CAPTURE: TakenCapture = {
  captureId: 'capture-1',
  still: null,
  receipt: { stream: 'CAPTURES', streamSeq: 7 },
};
const FEEDBACK = {
  type: 'feedback' as const,
  seq: 1,
  verdict: 'adjust' as const,
  checks: [],
  dwell: 0,
  timing: { queueMs: 0, decodeMs: 0, inferMs: 0, totalMs: 0 },
};
const tick = () => new Promise((resolve) => setImmediate(resolve));

function setUp() {
  const cameras: FakeCamera[] = [];
  const sessions: FakeGuidedSession<CameraPicture>[] = [];
  const heard: string[] = [];
  const timers = new Set<{ delayMs: number; fire: () => void }>();
  let released = 0;
  let checksStarted = 0;
  const appsStream = { is: false };
  /** Holds back the camera while it is set. */
  const gate: { camera: PromiseWithResolvers<void> | null; failure: FramegateError | null } = {
    camera: null,
    failure: null,
  };
  const controller = createCameraController({
    async openCamera() {
      await gate.camera?.promise;
      if (gate.failure !== null) throw gate.failure;
      const camera = fakeCamera();
      cameras.push(camera);
      return camera;
    },
    async openSession() {
      const session = fakeGuidedSession<CameraPicture>();
      sessions.push(session);
      return {
        session,
        afterFirstFeedback: () => {
          checksStarted++;
        },
        release: () => {
          released++;
        },
      };
    },
    isAppsStream: () => appsStream.is,
    video: () => ({}) as ReturnType<CameraControllerDeps['video']>,
    changed: () => undefined,
    setTimer(delayMs, fire) {
      const timer = { delayMs, fire };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    listener: {
      hint: (hint) => heard.push(`hint ${hint?.code ?? '-'}`),
      feedback: () => heard.push('feedback'),
      captureRequest: () => heard.push('captureRequest'),
      captured: () => heard.push('captured'),
      rejected: () => heard.push('rejected'),
      result: () => heard.push('result'),
      resultsMissing: ({ kinds }) => heard.push(`missing ${kinds.join(' ')}`),
      error: ({ code }) => heard.push(`error ${code}`),
    },
  });
  return {
    controller,
    cameras,
    sessions,
    appsStream,
    heard,
    timers,
    gate,
    released: () => released,
    checksStarted: () => checksStarted,
    screen: () => controller.view.screen.name,
    async live() {
      const running = controller.start({});
      await tick();
      sessions.at(-1)!.open();
      await running;
    },
    fireTimers() {
      for (const timer of [...timers]) {
        timers.delete(timer);
        timer.fire();
      }
    },
  };
}

describe('what owns camera and session', () => {
  test('goes from the start to the result and back to the live preview', async () => {
    const { controller, cameras, sessions, screen, heard } = setUp();
    const running = controller.start({ facing: 'user' });
    expect(screen()).toBe('starting');
    await tick();
    expect(screen()).toBe('connecting');
    const [session] = sessions;
    session!.open();
    await running;
    expect(screen()).toBe('live');
    expect(cameras[0]!.shoot()).toBe(true);
    expect(cameras[0]!.calls).toEqual(['picture closed']);

    session!.emit('captureRequest', { captureId: 'capture-1', seq: 1, deadlineMs: 1 });
    expect(screen()).toBe('taking');
    session!.emit('captured', CAPTURE);
    expect(screen()).toBe('measuring');
    expect(session!.isPaused).toBe(true);
    expect(cameras[0]!.shoot()).toBe(false);
    session!.emit('result', {
      type: 'result',
      captureId: 'capture-1',
      kind: 'k',
      status: 'done',
      result: {},
    });
    expect(screen()).toBe('result');
    controller.retake();
    expect(screen()).toBe('live');
    expect(session!.isPaused).toBe(false);
    expect(sessions).toHaveLength(1);
    expect(heard).toEqual(['captureRequest', 'captured', 'result']);
  });

  test('a second start while the first is under way opens nothing more', async () => {
    const { controller, cameras, sessions, live } = setUp();
    const first = controller.start({});
    const second = controller.start({});
    await tick();
    sessions[0]!.open();
    await Promise.all([first, second, controller.start({})]);
    expect(cameras).toHaveLength(1);
    expect(sessions).toHaveLength(1);
    controller.stop();
    await live();
    expect(cameras).toHaveLength(2);
  });

  test('a stop while the camera is being opened turns it off as soon as it comes', async () => {
    const { controller, cameras, sessions, gate, screen } = setUp();
    gate.camera = Promise.withResolvers();
    const running = controller.start({});
    controller.stop();
    expect(screen()).toBe('idle');
    gate.camera.resolve();
    await running;
    expect(cameras[0]!.isOn).toBe(false);
    expect(sessions).toHaveLength(0);
    expect(screen()).toBe('idle');
  });

  test('a stop and a start anew while the first camera is being opened keep only the second', async () => {
    const { controller, cameras, gate } = setUp();
    const slow = Promise.withResolvers<void>();
    gate.camera = slow;
    const first = controller.start({});
    controller.stop();
    gate.camera = null;
    const second = controller.start({});
    await tick();
    slow.resolve();
    await first;
    expect(cameras.map(({ isOn }) => isOn)).toEqual([true, false]);
    controller.stop();
    expect(cameras.map(({ isOn }) => isOn)).toEqual([false, false]);
    second.catch(() => undefined);
  });

  test('a stop ends camera, session, detectors and timers', async () => {
    const { controller, cameras, sessions, released, timers, live, screen } = setUp();
    await live();
    sessions[0]!.emit('captureRequest', { captureId: 'capture-1', seq: 1, deadlineMs: 1 });
    sessions[0]!.emit('captured', CAPTURE);
    expect(timers.size).toBe(1);
    controller.stop();
    expect([cameras[0]!.isOn, sessions[0]!.state, released(), timers.size, screen()]).toEqual([
      false,
      'closed',
      1,
      0,
      'idle',
    ]);
    expect(cameras[0]!.shoot()).toBe(false);
  });

  test('a camera that is refused is a failure, told once; a new start tries again', async () => {
    const { controller, gate, heard, live, screen } = setUp();
    gate.failure = new FramegateError('camera-denied', 'no');
    await controller.start({});
    expect(controller.view.screen).toMatchObject({ name: 'failed', failure: { code: 'camera-denied' } });
    expect(heard).toEqual(['error camera-denied']);
    gate.failure = null;
    await live();
    expect(screen()).toBe('live');
  });

  test('a session that cannot be opened turns the camera off and is told once', async () => {
    const { controller, cameras, sessions, heard } = setUp();
    const running = controller.start({});
    await tick();
    sessions[0]!.refuse(new FramegateError('server-busy', 'full', { retryable: true }));
    await running;
    expect(controller.view.screen).toMatchObject({ name: 'failed', failure: { code: 'server-busy' } });
    expect(cameras[0]!.isOn).toBe(false);
    expect(heard).toEqual(['error server-busy']);
  });

  test('a session that ends is a failure while it guides, and nothing while its result is read', async () => {
    const guided = setUp();
    await guided.live();
    guided.sessions[0]!.emit('state', 'closed', new FramegateError('token-expired', 'over'));
    expect(guided.screen()).toBe('failed');

    const read = setUp();
    await read.live();
    read.sessions[0]!.emit('captured', { ...CAPTURE, receipt: null });
    expect(read.screen()).toBe('result');
    read.sessions[0]!.emit('state', 'closed', new FramegateError('token-expired', 'over'));
    expect(read.screen()).toBe('result');
    read.controller.retake();
    await tick();
    expect(read.sessions).toHaveLength(2);
    expect(read.cameras.map(({ isOn }) => isOn)).toEqual([false, true]);
  });

  test('behind a result the camera can be turned off, and what is still to come does come', async () => {
    const { controller, cameras, sessions, live, heard } = setUp();
    await live();
    controller.turnCameraOff();
    expect(cameras[0]!.isOn).toBe(true);
    sessions[0]!.emit('captured', { ...CAPTURE, resultKinds: ['face-quality', 'skin'] });
    const result = { type: 'result', captureId: 'capture-1', status: 'done', result: {} } as const;
    sessions[0]!.emit('result', { ...result, kind: 'face-quality' });
    controller.turnCameraOff();
    expect(cameras[0]!.isOn).toBe(false);
    expect(sessions[0]!.state).toBe('live');
    sessions[0]!.emit('result', { ...result, kind: 'skin' });
    expect(heard).toEqual(['captured', 'result', 'result']);
    controller.retake();
    await tick();
    expect(cameras.map(({ isOn }) => isOn)).toEqual([false, true]);
  });

  test.each<[string, (session: FakeGuidedSession<CameraPicture>, fireTimers: () => void) => void]>([
    ['the session has ended', (session) => session.emit('state', 'closed', null)],
    ['the session is another', (session) => session.replace()],
    ['they are overdue', (_session, fireTimers) => fireTimers()],
  ])('results that were announced are missing once %s', async (_why, end) => {
    const { sessions, live, heard, fireTimers } = setUp();
    await live();
    sessions[0]!.emit('captured', { ...CAPTURE, resultKinds: ['face-quality', 'skin'] });
    const result = { type: 'result', captureId: 'capture-1', status: 'done', result: {} } as const;
    sessions[0]!.emit('result', { ...result, kind: 'face-quality' });
    end(sessions[0]!, fireTimers);
    expect(heard).toEqual(['captured', 'result', 'missing skin']);
  });

  test('a camera that is lost ends the guidance, but not the reading of a result', async () => {
    const guided = setUp();
    await guided.live();
    guided.cameras[0]!.emit('error', new FramegateError('camera-lost', 'gone'));
    expect(guided.screen()).toBe('failed');
    expect(guided.sessions[0]!.state).toBe('closed');

    const read = setUp();
    await read.live();
    read.sessions[0]!.emit('captured', CAPTURE);
    read.cameras[0]!.emit('error', new FramegateError('camera-lost', 'gone'));
    expect(read.screen()).toBe('measuring');
  });

  test('a result that a new session will not be told is not waited for; a resumed one is', async () => {
    const { sessions, live, controller } = setUp();
    await live();
    sessions[0]!.emit('captured', CAPTURE);
    sessions[0]!.emit('state', 'reconnecting', null);
    sessions[0]!.emit('state', 'live', null);
    expect(controller.view.screen.name).toBe('measuring');
    sessions[0]!.replace();
    expect(controller.view.screen).toMatchObject({ name: 'result', failure: { code: 'analysis-timeout' } });
  });

  test('a result that does not come is told of after a while, and one that comes late is shown', async () => {
    const { sessions, live, fireTimers, controller, heard } = setUp();
    await live();
    sessions[0]!.emit('captured', CAPTURE);
    fireTimers();
    expect(controller.view.screen).toMatchObject({ name: 'result', failure: { code: 'analysis-timeout' } });
    expect(heard).toContain('error analysis-timeout');
    const late = { captureId: 'capture-1', kind: 'face-quality', status: 'done', result: {} } as const;
    sessions[0]!.emit('result', { type: 'result', ...late });
    expect(controller.view.screen).toMatchObject({ name: 'result', failure: null, result: late });
  });

  test('what a person can mend is shown for a while; what they cannot is for the app alone', async () => {
    const { sessions, live, fireTimers, controller, heard } = setUp();
    await live();
    sessions[0]!.emit('error', new FramegateError('detector-unavailable', 'no wasm'));
    expect(controller.view.notice).toBeNull();
    sessions[0]!.emit('error', new FramegateError('capture-refused', 'not yet'));
    expect(controller.view.notice).toEqual({ code: 'capture-refused', hint: null });
    fireTimers();
    expect(controller.view.notice).toBeNull();
    expect(controller.view.screen.name).toBe('live');
    expect(heard).toEqual(['error detector-unavailable', 'error capture-refused']);
  });

  test('what is wrong with a stream of the app is for the app alone', async () => {
    const { cameras, live, controller, heard, appsStream } = setUp();
    await live();
    appsStream.is = true;
    cameras[0]!.emit('error', new FramegateError('camera-too-slow', 'slow'));
    expect(controller.view.notice).toBeNull();
    appsStream.is = false;
    cameras[0]!.emit('error', new FramegateError('camera-too-slow', 'slow'));
    expect(controller.view.notice).toMatchObject({ code: 'camera-too-slow' });
    expect(heard).toEqual(['error camera-too-slow', 'error camera-too-slow']);
  });

  test('the check on the device starts after the first feedback, once', async () => {
    const { sessions, live, checksStarted } = setUp();
    await live();
    expect(checksStarted()).toBe(0);
    sessions[0]!.emit('feedback', FEEDBACK, null);
    sessions[0]!.emit('feedback', FEEDBACK, null);
    expect(checksStarted()).toBe(1);
  });

  test('sends nothing while nobody looks, also where that began before the session was open', async () => {
    const { controller, sessions, live } = setUp();
    controller.setHidden(true);
    await live();
    expect(sessions[0]!.isPaused).toBe(true);
    controller.setHidden(false);
    expect(sessions[0]!.isPaused).toBe(false);
  });

  test('shows the preview and sends nothing while the app has it paused, from the first moment on', async () => {
    const { controller, sessions, live } = setUp();
    controller.setPaused(true);
    await live();
    expect(sessions[0]!.isPaused).toBe(true);
    controller.setHidden(true);
    controller.setPaused(false);
    expect(sessions[0]!.isPaused).toBe(true);
    controller.setHidden(false);
    expect(sessions[0]!.isPaused).toBe(false);
  });

  test('lists cameras, changes them and their light', async () => {
    const { controller, cameras, live } = setUp();
    await live();
    expect(controller.devices.map(({ deviceId }) => deviceId)).toEqual(['front', 'back']);
    await controller.switchTo({ deviceId: 'back' });
    await controller.toggleTorch();
    expect(cameras[0]!.calls).toEqual(['switch back', 'torch true']);
  });
});
