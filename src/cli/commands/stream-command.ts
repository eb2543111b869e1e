import { Command } from 'commander';
import type { SessionClientOptions } from '../../../client/sdk/session/session-client-options.ts';
import { type Config, readConfig } from '../../config/parse-config.ts';
import { viewOfProfile } from '../../protocol/body-vocabulary.ts';
import { PROFILE_NAMES } from '../../protocol/checks.ts';
import { FramegateError } from '../../protocol/framegate-error.ts';
import { type BackgroundUp, startBackgroundUp } from '../background-up.ts';
import { importWithProgress } from '../import-with-progress.ts';
import { positiveNumber, wholeNumber } from '../options.ts';
import { findRunning } from '../run-file.ts';
import { exitCodeOf, untilSignal } from '../run-until-signal.ts';
import { jsonListener, lineListener } from '../stream/feedback-lines.ts';
import type { PictureSource } from '../stream/picture-source.ts';
import { type MissingResult, type StreamOutcome, streamSource } from '../stream/stream-source.ts';
import { codeVersion } from '../version.ts';

/** After these a person would rather read that nobody answers. */
const CONNECT_ATTEMPTS = 3;

interface Options {
  readonly demo?: boolean;
  readonly url?: string;
  readonly token?: string;
  readonly profile: string;
  readonly fps: number;
  readonly seconds: number;
  readonly captures: number;
  readonly result?: boolean;
  readonly resultTimeout: number;
  readonly json?: boolean;
  readonly install: boolean;
}

export function streamCommand(finish: (exitCode: number) => void): Command {
  return new Command('stream')
    .description('show pictures to an edge node as a camera would, and print what it answers')
    .argument('[paths...]', 'images, folders, MJPEG or Y4M clips; each is a session of its own')
    .option(
      '--demo',
      'a rendered face, or body where the profile is of one, that does it wrong and then right',
    )
    .option('--url <url>', 'an edge node; without it, the one that runs here, or one started for this run')
    .option('--token <token>', 'access token')
    .option(
      '--profile <name>',
      `${PROFILE_NAMES.join(', ')}; with a level if you like: face-skin:strict`,
      'face-skin',
    )
    .option('--fps <rate>', 'pictures a second, where the file does not say', positiveNumber, 10)
    .option('--seconds <time>', 'how long an image is shown', positiveNumber, 4)
    .option(
      '--captures <count>',
      'go on to the next file after so many captures; 0 plays it to its end',
      wholeNumber(0),
      1,
    )
    .option('--result', 'wait for all results of the captures')
    .option('--result-timeout <seconds>', 'how long to wait for them', positiveNumber, 30)
    .option('--json', 'print every message received as one JSON object a line')
    .option('--no-install', 'do not install servers that are missing')
    .action(async (paths: string[], options: Options) => {
      const config = readConfig();
      const sources = await sourcesFor(paths, options, config);
      const interruption = new AbortController();
      process.stdout.once('error', () => interruption.abort());
      let exitCode = 0;
      void untilSignal({ write: (text) => process.stderr.write(text) }).then((signal) => {
        exitCode = exitCodeOf(signal);
        interruption.abort();
      });
      const { url, started } = await nodeFor(options, config);
      const missing: MissingResult[] = [];
      try {
        for (const source of sources) {
          if (interruption.signal.aborted) break;
          missing.push(...(await stream(source, url, options, interruption.signal)).missing);
        }
      } finally {
        await started?.stop();
      }
      if (options.result && missing.length > 0 && !interruption.signal.aborted) {
        const named = missing.map(({ captureId, kind }) => `${kind} of ${captureId}`).join(', ');
        throw new FramegateError(
          'analysis-timeout',
          `no result after ${options.resultTimeout} s: ${named}; does a worker run?`,
          { retryable: true },
        );
      }
      finish(exitCode);
    });
}

async function sourcesFor(
  paths: readonly string[],
  options: Options,
  config: Config,
): Promise<PictureSource[]> {
  if (!options.demo && paths.length === 0)
    throw new FramegateError('usage', 'name images or clips, or use --demo');
  const { openSources } = await import('../stream/open-sources.ts');
  const sources = await openSources(paths, { fps: options.fps, secondsPerImage: options.seconds });
  if (!options.demo) return sources;
  await importWithProgress(config.folders.models, process.stderr);
  const { demoSource } = await import('../stream/demo-source.ts');
  const view = viewOfProfile(options.profile.split(':')[0] ?? '');
  return [demoSource({ modelsFolder: config.folders.models, fps: options.fps, view }), ...sources];
}

/** The node to stream to: the one named, the one that runs on this data folder, or one for this run only. */
async function nodeFor(
  options: Options,
  config: Config,
): Promise<{ url: string; started: BackgroundUp | null }> {
  if (options.url !== undefined) return { url: options.url, started: null };
  const running = findRunning(config.folders.data);
  if (running !== null) return { url: running.url, started: null };
  process.stderr.write('no edge node runs here: starting one for this run\n');
  const started = await startBackgroundUp({
    install: options.install,
    logLevel: config.log.level === 'info' ? 'warn' : config.log.level,
    onProgress: (text) => process.stderr.write(text),
  });
  return { url: started.run.url, started };
}

async function stream(
  source: PictureSource,
  url: string,
  options: Options,
  signal: AbortSignal,
): Promise<StreamOutcome> {
  const listener = options.json ? jsonListener(process.stdout) : lineListener(process.stdout);
  if (!options.json) process.stdout.write(`${source.name}\n`);
  const session: SessionClientOptions = {
    urls: [url],
    connectAttempts: CONNECT_ATTEMPTS,
    profile: options.profile as SessionClientOptions['profile'],
    ...(options.token !== undefined && { token: options.token }),
    client: { sdk: `framegate-stream ${codeVersion()}`, camera: source.name.slice(0, 200), screen: '' },
  };
  const resultTimeoutMs = options.result ? options.resultTimeout * 1000 : null;
  const outcome = await streamSource(
    source,
    { session, captures: options.captures, resultTimeoutMs, signal },
    listener,
  );
  if (!options.json) process.stdout.write(`  ${outcomeLine(outcome, options.result === true)}\n`);
  return outcome;
}

function outcomeLine(outcome: StreamOutcome, withResults: boolean): string {
  const { frames, answered, passedOver, captured, rejected, results } = outcome;
  const parts = [`${frames} frames sent, ${answered} answered`, `${captured.length} captured`];
  if (passedOver > 0) parts.push(`${passedOver} pictures passed over`);
  if (rejected > 0) parts.push(`${rejected} stills rejected`);
  if (withResults) parts.push(`${results} ${results === 1 ? 'result' : 'results'}`);
  return parts.join(', ');
}
