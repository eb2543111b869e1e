/**
 * Simulated clients against a real node, and what it was like for them; see loadtest/README.md.
 *
 *   npm run loadtest -- --sessions 64 --fps 10 --seconds 30 [--scenario NAME] [--find-capacity] [--mix] [--ramp]
 *
 * Without --url a cluster of its own is started, and ended again. Progress goes to stderr, with --json the figures to
 * the last line of stdout; the report, as JSON and as a page, into a folder.
 */
import { join } from 'node:path';
import { importWithProgress } from '../src/cli/import-with-progress.ts';
import { FramegateError } from '../src/protocol/framegate-error.ts';
import { loadFaceModels } from '../src/vision/load-face-models.ts';
import { MODELS_FOLDER } from '../src/vision/model-registry.ts';
import { loadPictures, type PictureLibrary } from './generator/pictures.ts';
import { createProgressLine } from './generator/progress-line.ts';
import { createProcessProfiler } from './profile/process-profiler.ts';
import { formatSummary } from './report/summary-lines.ts';
import { writeReport } from './report/write-report.ts';
import { ALL_SCENARIOS } from './scenarios/all-scenarios.ts';
import { type LoadOptions, parseLoadOptions } from './scenarios/load-options.ts';
import { runScenario } from './scenarios/run-scenario.ts';
import type { Scenario, ScenarioOptions } from './scenarios/scenario.ts';
import { ensureOpenFiles, startTarget } from './scenarios/start-target.ts';

/** As shells have it: 128 and the number of SIGINT. */
const INTERRUPTED = 130;

process.exit(await main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  try {
    const asked = parseLoadOptions(args);
    const scenario = scenarioOf(asked);
    const options: ScenarioOptions = {
      ...asked,
      sessions: asked.sessions ?? scenario.defaults.sessions,
      fps: asked.fps ?? scenario.defaults.fps,
      seconds: asked.seconds ?? scenario.defaults.seconds,
    };
    ensureOpenFiles(options.sessions);
    return await loadTest(scenario, options);
  } catch (thrown) {
    if (!(thrown instanceof FramegateError) || thrown.code !== 'usage') throw thrown;
    process.stderr.write(`${thrown.message}\n`);
    return 2;
  }
}

function scenarioOf({ scenario: name }: LoadOptions): Scenario {
  const found = ALL_SCENARIOS.find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  const names = ALL_SCENARIOS.map((scenario) => scenario.name).join(', ');
  throw new FramegateError('usage', `no scenario is called ${name}: ${names}`);
}

async function loadTest(scenario: Scenario, options: ScenarioOptions): Promise<number> {
  const progress = createProgressLine(process.stderr);
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      progress.say('ending; what there is is still written');
      interrupt.abort();
    });
  }
  const outFolder =
    options.outFolder ?? join('test-artifacts', 'loadtest', `${scenario.name}-${timeForNames(new Date())}`);

  progress.say(`${scenario.name}: ${scenario.question}`);
  const library = await pictures(options);
  const names = new Map<number, string>();
  const profiler = options.profile
    ? await createProcessProfiler((pid) => names.get(pid) ?? 'edge', { forMs: options.seconds * 1000 })
    : null;
  const cluster =
    options.urls.length > 0
      ? null
      : await startTarget({
          options,
          needs: scenario.needs,
          nodeArguments: profiler?.nodeArguments ?? [],
          say: progress.say,
        });
  for (const { pid, name } of cluster?.processes ?? []) if (pid !== null) names.set(pid, name);
  try {
    const report = await runScenario({
      scenario,
      options,
      library,
      cluster,
      profiler,
      folder: join(outFolder, 'profile'),
      progress,
      signal: interrupt.signal,
    });
    progress.end();
    for (const line of formatSummary(report)) progress.say(line);
    progress.say(`report: ${writeReport(report, outFolder)}`);
    if (options.json) process.stdout.write(`${JSON.stringify(report.figures)}\n`);
    return interrupt.signal.aborted ? INTERRUPTED : 0;
  } finally {
    progress.end();
    await cluster?.close();
    await profiler?.close();
  }
}

async function pictures({ photographsFolder }: LoadOptions | ScenarioOptions): Promise<PictureLibrary> {
  await importWithProgress(MODELS_FOLDER, process.stderr);
  const { canonical, models } = await loadFaceModels(MODELS_FOLDER);
  const library = await loadPictures(canonical, photographsFolder);
  await Promise.all([models.detector.close(), models.mesh.close()]);
  return library;
}

/** 2026-11-20T19-30-05 */
function timeForNames(time: Date): string {
  return time.toISOString().slice(0, 19).replaceAll(':', '-');
}
