import { appendFile, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { type Bus, createBus } from '../../src/bus/create-bus.ts';
import { ensureTopology } from '../../src/bus/ensure-topology.ts';
import { readActiveModels } from '../../src/vision/active-models.ts';
import { runFramegate } from '../support/framegate-process.ts';
import {
  createVersionsFolder,
  otherRegressors,
  type VersionsFolder,
} from '../support/model-versions-folder.ts';
import { natsServerMissing, startNatsServer, type TestNatsServer } from '../support/nats-server.ts';
import { datasetRecords, writeDataset } from '../support/training-dataset.ts';

const NAME = 'body-regressors';
/** Slow where many tests run at once: each command is a process. */
const LONG_MS = 60_000;

describe('framegate models', () => {
  let versions: VersionsFolder;
  let dataset: string;
  beforeAll(async () => {
    versions = await createVersionsFolder([NAME, 'face-mesh']);
    await versions.add(NAME, '0.9.0', otherRegressors('0.9.0', 1.005));
    await versions.add(NAME, '0.8.0', otherRegressors('0.8.0', 1.01));
    await versions.add(NAME, '0.7.0', () => '{}');
    await versions.add(NAME, '0.6.0', otherRegressors('0.6.1'));
    await versions.add('face-mesh', '0.9.0', () => 'no model');
    // Its evaluation is of other people.
    await rm(join(versions.folder, NAME, '1.0.0', 'evaluation.json'), { force: true });
    const groups = [
      { monk: 2, count: 60, chestFactor: 1.05 },
      { monk: 5, count: 60, chestFactor: 1.03 },
      { monk: 9, count: 40, chestFactor: 0.94 },
    ];
    dataset = await writeDataset(join(versions.folder, 'dataset'), await datasetRecords(groups));
  });
  afterAll(() => versions?.close());

  const models = (args: readonly string[], settings: Record<string, string> = {}) =>
    runFramegate(
      ['models', ...args],
      { FRAMEGATE_MODELS_FOLDER: versions.folder, FRAMEGATE_DATA_FOLDER: versions.folder, ...settings },
      versions.folder,
    );
  const inUse = async () => {
    const { stdout } = await models(['list', '--json']);
    const listed = JSON.parse(stdout) as { name: string; version: string; inUse: boolean }[];
    return listed.find((one) => one.name === NAME && one.inUse)?.version;
  };

  it(
    'lists versions for people and for programs',
    async () => {
      const table = await models(['list']);
      expect(table.exitCode, table.stderr).toBe(0);
      expect(table.stdout).toMatch(/^NAME +VERSION +IN USE +FILE +SIZE +LICENCE +TITLE\n/);
      expect(table.stdout).toMatch(/^body-regressors +1\.0\.0 +yes +verified +\d+ kB +Apache-2\.0 +Body/m);
      expect(table.stdout).toMatch(/^body-regressors +0\.9\.0 +verified/m);
      expect(await inUse()).toBe('1.0.0');
    },
    LONG_MS,
  );

  test.each([
    [
      'a version that is unknown',
      [`${NAME}@9.9.9`],
      /no version 9\.9\.9; there are: 1\.0\.0, 0\.9\.0.*\n {2}code: model-version-unknown/,
    ],
    ['a model that is unknown', ['hat@1.0.0'], /no model is called hat.*\n {2}code: model-missing/],
    ['what names no version', [NAME], /code: usage/],
    ['an empty reason', [`${NAME}@0.9.0`, '--force', ' '], /code: usage/],
    ['a file that is not understood', [`${NAME}@0.7.0`, '--force', 'hurry'], /code: model-invalid/],
    ['a file of another version', [`${NAME}@0.6.0`, '--force', 'hurry'], /code: model-invalid/],
    ['what is no model', ['face-mesh@0.9.0', '--force', 'hurry'], /code: model-unsupported/],
  ] as const)(
    'refuses to use %s',
    async (_, args, message) => {
      const { exitCode, stdout, stderr } = await models(['use', ...args]);
      expect(exitCode).not.toBe(0);
      expect(stdout).toBe('');
      expect(stderr).toMatch(message);
      expect(await readActiveModels(versions.folder)).toEqual({});
    },
    LONG_MS,
  );

  it(
    'refuses to go back where nothing was in use before',
    async () => {
      const { exitCode, stderr } = await models(['rollback', NAME]);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/code: model-version-unknown/);
    },
    LONG_MS,
  );

  it(
    'evaluates on an exported dataset, beside the version',
    async () => {
      for (const version of ['1.0.0', '0.9.0', '0.8.0']) {
        const run = await models(['evaluate', NAME, '--version', version, '--dataset', dataset]);
        expect(run.exitCode, run.stderr).toBe(0);
        expect(run.stdout).toMatch(new RegExp(`^${NAME} ${version} on 160 people \\(captures\\)`));
        const files = await readdir(join(versions.folder, NAME, version));
        const report = files.find((name) => /^evaluation-captures-[0-9a-f]{12}\.md$/.test(name));
        expect(await readFile(join(versions.folder, NAME, version, report ?? ''), 'utf8')).toContain(
          'skin tone: monk 7–10',
        );
      }
      const json = await models(['evaluate', NAME, '--dataset', dataset, '--json']);
      expect(JSON.parse(json.stdout)).toMatchObject({
        model: { version: '1.0.0' },
        dataset: { people: 160 },
      });
    },
    LONG_MS,
  );

  test.each([
    ['no people', [NAME], /code: usage/],
    ['two kinds of people', [NAME, '--ansur', '.', '--dataset', '.'], /code: usage/],
    ['another model', ['face-mesh', '--dataset', '.'], /only body-regressors.*\n {2}code: usage/],
    ['a folder that is none', [NAME, '--dataset', '/nowhere'], /code: config-invalid/],
  ] as const)(
    'does not evaluate on %s',
    async (_, args, message) => {
      const { exitCode, stderr } = await models(['evaluate', ...args]);
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(message);
    },
    LONG_MS,
  );

  it(
    'refuses a version that serves one bucket worse, and takes it with a reason, which is kept',
    async () => {
      const refused = await models(['use', `${NAME}@0.8.0`]);
      expect(refused.exitCode).toBe(1);
      expect(refused.stderr).toMatch(/chest of monk 7–10 \(40 people; captures\): .* 1[5-9] % worse/);
      expect(refused.stderr).not.toMatch(/chest of everybody/);
      expect(refused.stderr).toMatch(/code: model-gate-refused/);
      expect(await inUse()).toBe('1.0.0');

      const forced = await models(['use', `${NAME}@0.8.0`, '--force', 'a trial at one shop']);
      expect(forced.exitCode, forced.stderr).toBe(0);
      expect(forced.stdout).toBe(`${NAME} 0.8.0 is in use; it was 1.0.0; the gate was overruled\n`);
      expect(forced.stderr).toMatch(/audit trail was not told: no NATS/);
      expect((await readActiveModels(versions.folder))[NAME]).toMatchObject({
        version: '0.8.0',
        previous: ['1.0.0'],
        forced: 'a trial at one shop',
      });
      expect((await models(['rollback', NAME])).stdout).toBe(`${NAME} 1.0.0 is in use; it was 0.8.0\n`);
      expect(await inUse()).toBe('1.0.0');
    },
    LONG_MS,
  );

  it(
    'takes a version that serves nobody worse',
    async () => {
      const { exitCode, stdout, stderr } = await models(['use', `${NAME}@0.9.0`, '--force', 'not needed']);
      expect(exitCode, stderr).toBe(0);
      expect(stdout).toBe(`${NAME} 0.9.0 is in use; it was 1.0.0; no bucket of people is served worse\n`);
      expect((await readActiveModels(versions.folder))[NAME]).toMatchObject({ forced: null });
      expect((await models(['use', `${NAME}@0.9.0`])).stdout).toBe(`${NAME} 0.9.0 is in use already\n`);
      await models(['rollback', NAME]);
    },
    LONG_MS,
  );

  it(
    'uses no file that differs from its hash, nor goes back to one',
    async () => {
      await models(['use', `${NAME}@0.9.0`]);
      await appendFile(join(versions.folder, NAME, '1.0.0', 'regressors.json'), ' ');
      for (const args of [
        ['use', `${NAME}@1.0.0`],
        ['rollback', NAME],
      ]) {
        const { exitCode, stderr } = await models(args);
        expect(exitCode).toBe(1);
        expect(stderr).toMatch(/code: model-hash-mismatch/);
      }
      expect(await inUse()).toBe('0.9.0');
    },
    LONG_MS,
  );
});

describe.skipIf(natsServerMissing !== null)(`the audit trail of models ${natsServerMissing ?? ''}`, () => {
  let versions: VersionsFolder;
  let nats: TestNatsServer;
  let bus: Bus;
  beforeAll(async () => {
    versions = await createVersionsFolder([NAME]);
    await versions.add(NAME, '0.9.0', otherRegressors('0.9.0'));
    nats = await startNatsServer();
    bus = await createBus({ servers: nats.url, name: 'test' });
    await ensureTopology(bus);
  });
  afterAll(async () => {
    await bus?.close();
    await nats?.close();
    await versions?.close();
  });

  it(
    'tells of each change, and why the gate was overruled',
    async () => {
      const settings = {
        FRAMEGATE_MODELS_FOLDER: versions.folder,
        FRAMEGATE_DATA_FOLDER: versions.folder,
        FRAMEGATE_NATS_URL: nats.url,
      };
      const last = async () => {
        const message = await bus.nats.manager.streams.getMessage('RECORDS', {
          last_by_subj: 'framegate.records.audit_logs.*',
        });
        const { row } = message!.json() as { row: { metadata: string } };
        return { ...row, metadata: JSON.parse(row.metadata) as unknown };
      };
      const args = ['models', 'use', `${NAME}@0.9.0`, '--force', 'a trial'];
      const { exitCode, stderr } = await runFramegate(args, settings, versions.folder);
      expect([exitCode, stderr]).toEqual([0, '']);
      expect(await last()).toMatchObject({
        actor_id: 'operator',
        action: 'model.used',
        resource_type: 'model',
        resource_id: `${NAME}@0.9.0`,
        metadata: { from: '1.0.0', forced: 'a trial', overruled: [expect.stringContaining('never tried')] },
      });
      await runFramegate(['models', 'rollback', NAME], settings, versions.folder);
      expect(await last()).toMatchObject({
        action: 'model.rolled-back',
        resource_id: `${NAME}@1.0.0`,
        metadata: { from: '0.9.0' },
      });
    },
    LONG_MS,
  );
});
