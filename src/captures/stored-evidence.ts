import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { BODY_VIEWS, type BodyView, bodyViewEvidenceSchema } from '../protocol/body-measurement.ts';
import { FramegateError } from '../protocol/framegate-error.ts';
import type { ObjectStorage } from '../storage/types.ts';
import { evidencePath, evidencePaths } from './object-paths.ts';
import type { EvidenceStore } from './types.ts';

/** A view's evidence is some tens of kilobytes; nothing that unpacks to more is one. */
const MAX_UNPACKED_BYTES = 16 * 1024 * 1024;

/** Evidence as compressed JSON in object storage. Rejects with storage-unavailable (retryable) while that is away. */
export function createStoredEvidence(storage: Pick<ObjectStorage, 'put' | 'get' | 'remove'>): EvidenceStore {
  async function one(captureId: string, view: BodyView) {
    try {
      const { data } = await storage.get(evidencePath(captureId, view));
      const text = await promisify(gunzip)(data, { maxOutputLength: MAX_UNPACKED_BYTES });
      return [bodyViewEvidenceSchema.parse(JSON.parse(text.toString('utf8')))];
    } catch (thrown) {
      if (thrown instanceof FramegateError && thrown.code === 'object-missing') return [];
      throw thrown;
    }
  }

  return {
    put: async (captureId, evidence) => {
      const packed = await promisify(gzip)(JSON.stringify(evidence));
      await storage.put(evidencePath(captureId, evidence.view), packed, 'application/gzip');
    },
    all: async (captureId) => (await Promise.all(BODY_VIEWS.map((view) => one(captureId, view)))).flat(),
    remove: (captureId) => storage.remove(evidencePaths(captureId)),
  };
}
