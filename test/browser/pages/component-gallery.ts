/**
 * <framegate-camera> in every state, led there by a scripted session and a picture in place of a camera. The hash says
 * which: `#state=live&hint=move-left&dwell=0.5&meters&lang=ar`. `gallery.script` leads it on by hand.
 */
import { FramegateCamera } from '../../../client/component/index.ts';
import type { CameraPicture } from '../../../client/sdk/camera/camera.ts';
import { type Check, FACE_MEASURE_IDS } from '../../../src/protocol/checks.ts';
import type { ErrorCode } from '../../../src/protocol/error-codes.ts';
import { FramegateError } from '../../../src/protocol/framegate-error.ts';
import type { HintCode } from '../../../src/protocol/hint-codes.ts';
import type { Feedback, Result } from '../../../src/protocol/messages.ts';
import { type FakeGuidedSession, fakeGuidedSession } from '../../support/fake-guided-session.ts';

/** The states that have a picture. */
const CAPTURED = ['manual', 'measuring', 'result', 'local', 'unmeasured'];

const UNITS: Readonly<Record<string, readonly [value: number, unit: string]>> = {
  yaw: [12.4, 'deg'],
  roll: [-2.1, 'deg'],
  pitch: [3.6, 'deg'],
  exposure: [-0.4, 'stops'],
  resolution: [87, 'px'],
  'face-count': [1, 'faces'],
};

const CHECKS: readonly Check[] = FACE_MEASURE_IDS.map((id, index) => {
  const [value, unit] = UNITS[id] ?? [0.42, 'ratio'];
  const status =
    id === 'yaw' ? 'fail' : id === 'side-light' ? 'adjust' : id === 'motion' ? 'unknown' : 'pass';
  const score = status === 'pass' ? 100 - index * 2 : status === 'adjust' ? 52 : status === 'fail' ? 21 : 0;
  return { id, value: status === 'unknown' ? null : value, unit, status, score };
});

const feedback = (verdict: Feedback['verdict'], dwell: number, checks = CHECKS): Feedback => ({
  type: 'feedback',
  seq: 1,
  verdict,
  checks: [...checks],
  dwell,
  face: { box: { x: 0, y: 0, width: 9, height: 9 }, yawDeg: 0, pitchDeg: 0, rollDeg: 0 },
  timing: { queueMs: 0, decodeMs: 0, inferMs: 0, totalMs: 0 },
});

const result = (values: Record<string, unknown>, status: Result['status'] = 'done'): Result => ({
  type: 'result',
  captureId: 'capture-1',
  kind: 'face-quality',
  status,
  result: values,
});

export interface Gallery {
  readonly element: FramegateCamera;
  /** Of the last start. */
  session: FakeGuidedSession<CameraPicture> | null;
  readonly heard: { readonly name: string; readonly detail: unknown }[];
  error(code: ErrorCode): FramegateError;
  feedback: typeof feedback;
  /** The picture as a session hands it on. */
  captured(local?: boolean): void;
  result(score: number): void;
}

declare global {
  interface Window {
    gallery: Gallery;
    /** Resolves when the state of the hash, or of another one, is on the screen, and nothing else any more. */
    showGallery(hash?: string): Promise<void>;
  }
}

const canvas = document.createElement('canvas');

const faces = new Map<string, Promise<ImageBitmap>>();

/** Of this size, as the server gives it. */
function faceOf(url: string): Promise<ImageBitmap> {
  const face =
    faces.get(url) ?? fetch(url).then(async (response) => createImageBitmap(await response.blob()));
  faces.set(url, face);
  return face;
}

/** The face that the server gives, over the whole canvas, painted again and again: a stream has pictures only then. */
async function openSource(portrait: boolean): Promise<MediaStream> {
  [canvas.width, canvas.height] = portrait ? [720, 1280] : [1280, 720];
  const context = canvas.getContext('2d')!;
  const face = await faceOf(portrait ? '/tall.jpg' : '/wide.jpg');
  const scale = Math.max(canvas.width / face.width, canvas.height / face.height);
  const [width, height] = [face.width * scale, face.height * scale];
  const paint = (): void => {
    context.drawImage(face, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
  };
  paint();
  const timer = setInterval(paint, 100);
  stopPainting = () => clearInterval(timer);
  return canvas.captureStream(10);
}

async function stillOf(): Promise<Uint8Array<ArrayBuffer>> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.9));
  return new Uint8Array(await blob!.arrayBuffer());
}

let stopPainting = (): void => undefined;

async function show(hash: string): Promise<void> {
  const wish = new URLSearchParams(hash.replace('#', ''));
  document.querySelector('framegate-camera')?.remove();
  stopPainting();
  const state = wish.get('state') ?? 'idle';
  const element = new FramegateCamera();
  const lang = wish.get('lang') ?? 'en';
  document.documentElement.lang = lang;
  document.documentElement.dir = lang === 'ar' ? 'rtl' : 'ltr';
  element.meters = wish.has('meters');
  const still = { data: new Uint8Array(), width: 0, height: 0, format: 'jpeg' as const };
  const gallery: Gallery = {
    element,
    session: null,
    heard: [],
    error: (code) => new FramegateError(code, `the gallery shows ${code}`, { retryable: true }),
    feedback,
    captured(local = false) {
      const receipt = local ? null : { stream: 'CAPTURES', streamSeq: 1 };
      gallery.session!.emit('captured', { captureId: 'capture-1', still, receipt });
    },
    result: (score) => {
      const verdict = score >= 60 ? 'pass' : 'adjust';
      gallery.session!.emit('result', result({ overallScore: score, verdict, checks: CHECKS }));
    },
  };
  window.gallery = gallery;
  if (state === 'starting') navigator.mediaDevices.getUserMedia = () => new Promise(() => undefined);
  else if (!wish.has('camera')) {
    element.source = await openSource(wish.has('portrait'));
    element.sourceMirrored = !wish.has('unmirrored');
    if (CAPTURED.includes(state)) still.data = await stillOf();
  }
  element.createSession = () => {
    const session = fakeGuidedSession<CameraPicture>();
    gallery.session = session;
    return session;
  };
  for (const name of ['state', 'hint', 'captured', 'rejected', 'result', 'error']) {
    element.addEventListener(`framegate-${name}`, (event) => {
      gallery.heard.push({ name, detail: (event as CustomEvent).detail });
    });
  }
  document.querySelector('main')!.append(element);
  await painted(() => element.shadowRoot!.querySelector('.stage')!.getAttribute('lang') === lang);
  if (state === 'idle' || state === 'manual') return;
  await lead(gallery, state, wish);
  await element.updateComplete;
  const video = element.shadowRoot!.querySelector('video')!;
  if (!video.checkVisibility()) return;
  await painted(() => video.videoWidth > 0);
  await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  await painted(() => true);
}

/** Resolves after the next picture on the screen for which it holds. */
async function painted(holds: () => boolean): Promise<void> {
  do await new Promise((resolve) => requestAnimationFrame(resolve));
  while (!holds());
}

/** Resolves when the element says that it is in the state. */
function stateOf(element: FramegateCamera, state: string): Promise<void> {
  if (element.state === state) return Promise.resolve();
  return new Promise((resolve) => {
    const heard = (event: HTMLElementEventMap['framegate-state']): void => {
      if (event.detail.state !== state) return;
      element.removeEventListener('framegate-state', heard);
      resolve();
    };
    element.addEventListener('framegate-state', heard);
  });
}

async function lead(gallery: Gallery, state: string, wish: URLSearchParams): Promise<void> {
  const { element } = gallery;
  element.start();
  if (state === 'starting') return stateOf(element, 'starting');
  await stateOf(element, 'connecting');
  await new Promise((resolve) => setTimeout(resolve));
  const session = gallery.session!;
  if (state === 'failed') {
    session.refuse(gallery.error(wish.get('code') as ErrorCode));
    return stateOf(element, 'failed');
  }
  if (state === 'connecting') return;
  session.open();
  await stateOf(element, 'live');
  const dwell = Number(wish.get('dwell') ?? 0);
  const hint = wish.get('hint') as HintCode | null;
  session.emit('feedback', feedback(dwell > 0 ? 'pass' : 'adjust', dwell), 40);
  if (wish.has('nearly')) {
    const near = CHECKS.filter(({ status }) => status !== 'fail');
    session.emit('feedback', feedback('adjust', 0, near), 40);
  }
  if (hint !== null) session.emit('hint', { code: hint });
  session.emit('dwell', dwell);
  if (state === 'reconnecting') session.emit('state', 'reconnecting', null);
  if (state === 'offline') session.emit('state', 'reconnecting', gallery.error('device-offline'));
  if (wish.has('notice')) session.emit('error', gallery.error(wish.get('notice') as ErrorCode));
  if (state === 'rejected') {
    session.emit('captureRequest', { captureId: 'capture-1', seq: 1, deadlineMs: 3000 });
    session.emit('rejected', {
      type: 'rejected',
      captureId: 'capture-1',
      hint: { code: 'open-eyes' },
      checks: [],
    });
  }
  if (state !== 'taking' && !CAPTURED.includes(state)) return;
  session.emit('captureRequest', { captureId: 'capture-1', seq: 1, deadlineMs: 3000 });
  if (state === 'taking') return;
  gallery.captured(state === 'local');
  if (state === 'result') gallery.result(Number(wish.get('score') ?? 86));
  if (state === 'unmeasured') session.emit('result', result({ code: 'analysis-failed' }, 'failed'));
}

// One after the other: the page's own first one may still be under way.
let showing = Promise.resolve();
window.showGallery = (hash = location.hash) => {
  showing = showing.then(() => show(hash));
  return showing;
};
await window.showGallery();
