import { loadBodyRegressors } from '../analysis/body/regressors/load-body-regressors.ts';
import { measureBody } from '../analysis/body/sizes/measure-body.ts';
import { createAudit } from '../captures/audit.ts';
import { type ExportOptions, type ExportReport, exportDataset } from '../captures/dataset/export-dataset.ts';
import { createPseudonyms } from '../captures/dataset/pseudonyms.ts';
import { createStoredEvidence } from '../captures/stored-evidence.ts';
import { OPERATOR } from '../protocol/audit.ts';
import type { BodyViewEvidence, Stated } from '../protocol/body-measurement.ts';
import { FramegateError } from '../protocol/framegate-error.ts';
import { roundTo } from '../protocol/round-to.ts';
import { openStorage } from './open-storage.ts';
import { codeVersion } from './version.ts';
import { withServers } from './with-servers.ts';

/** Exports from this installation's servers and storage. Rejects as withServers and exportDataset do. */
export async function exportDatasetHere(options: ExportOptions): Promise<ExportReport> {
  return withServers(async ({ config, redis, records }) => {
    const { regressors } = await loadBodyRegressors(config.folders.models);
    const storage = openStorage(config);
    try {
      return await exportDataset(
        {
          store: redis.captures,
          accounts: redis.accounts,
          evidence: createStoredEvidence(storage),
          storage,
          records,
          audit: createAudit(records),
          actorId: OPERATOR,
          tool: `framegate ${codeVersion()}`,
          pseudonyms: createPseudonyms(config.auth.secret ?? (await redis.signingSecret())),
          inputsOf: (evidence, stated) => inputsOf(evidence, stated),
        },
        options,
      );
    } finally {
      await storage.close();
    }

    function inputsOf(evidence: readonly BodyViewEvidence[], stated: Stated): Record<string, number> | null {
      try {
        const { inputs } = measureBody(evidence, stated, regressors);
        return Object.fromEntries(
          Object.entries(inputs).flatMap(([name, mm]) => (mm === undefined ? [] : [[name, roundTo(mm, 1)]])),
        );
      } catch (thrown) {
        // What cannot be measured, or not any more, has approved numbers all the same.
        if (thrown instanceof FramegateError) return null;
        throw thrown;
      }
    }
  });
}
