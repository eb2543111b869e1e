import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureBuilt } from '../../client/build/ensure-built.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const BUILT = join(PROJECT, 'dist/client');

const CONSUMER = `
import { createRemoteSession, type FramegateError, type Feedback, type GuidedSession, openCamera, type Result } from 'framegate-client';
import 'framegate-client/camera';

export async function guide(video: HTMLVideoElement): Promise<void> {
  const camera = await openCamera({ facing: 'user' });
  video.srcObject = camera.stream;
  const session = createRemoteSession({ urls: ['https://edge.example.org'], profile: 'face-skin' });
  watch(session);
  await session.connect();
  camera.pictures(video, () => session.wantsPicture(), (picture) => session.offer(picture));
  const element = document.querySelector('framegate-camera');
  element?.addEventListener('framegate-captured', ({ detail }) => console.log(detail.captureId.length));
}

export function watch(session: GuidedSession): void {
  session.on('feedback', (feedback: Feedback, roundTripMs) => {
    const [check] = feedback.checks;
    console.log(check?.id === 'yaw', check?.score, roundTripMs?.toFixed(1));
  });
  session.on('result', (result: Result) => console.log(result.provenance?.models[0]?.sha256.length));
  session.on('error', (error: FramegateError) => console.log(error.code === 'camera-denied'));
  // @ts-expect-error there is no such event
  session.on('nonsense', () => {});
  // @ts-expect-error a name is no number: the types say something
  const node: number | undefined = session.settings?.node;
  console.log(node);
}
`;

let folder: string;
let dependencies: string[];

/** As npm would install it: with the packages that it names, and no others. */
beforeAll(async () => {
  await ensureBuilt(PROJECT, BUILT, () => {});
  folder = await mkdtemp(join(tmpdir(), 'framegate-consumer-'));
  const installed = join(folder, 'node_modules/framegate-client');
  await mkdir(installed, { recursive: true });
  for (const name of ['package.json', 'framegate-client.js', 'framegate-camera.js', 'assets', 'types'])
    await cp(join(BUILT, name), join(installed, name), { recursive: true });
  const manifest = JSON.parse(await readFile(join(BUILT, 'package.json'), 'utf8'));
  dependencies = Object.keys(manifest.dependencies);
  for (const name of dependencies) {
    await mkdir(join(folder, 'node_modules', name, '..'), { recursive: true });
    await symlink(join(PROJECT, 'node_modules', name), join(folder, 'node_modules', name));
  }
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'consumer.ts'), CONSUMER);
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(['bundler', 'nodenext'])(
  'framegate-client can be compiled against, strictly (moduleResolution %s)',
  async (resolution) => {
    const module = resolution === 'bundler' ? 'esnext' : 'nodenext';
    const output = await compile([
      ...['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022,dom,dom.iterable'],
      ...['--module', module, '--moduleResolution', resolution, '--types', '', 'consumer.ts'],
    ]);
    expect(output).toBe('');
  },
);

test('it asks for few packages, for their types only', async () => {
  expect(dependencies.filter((name) => !['zod', 'lit'].includes(name))).toEqual([]);
  const { exports } = JSON.parse(await readFile(join(BUILT, 'package.json'), 'utf8'));
  for (const { types, default: script } of [exports['.'], exports['./camera']]) {
    expect((await readFile(join(BUILT, types), 'utf8')).length).toBeGreaterThan(10);
    // Bare imports would have to be resolved by a bundler; browsers load these as they are.
    expect(await readFile(join(BUILT, script), 'utf8')).not.toMatch(/from\s*["'][^./"']/);
  }
});

function compile(args: readonly string[]): Promise<string> {
  const compiler = join(PROJECT, 'node_modules/typescript/bin/tsc');
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [compiler, ...args], { cwd: folder });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on('close', () => resolve(output));
  });
}
