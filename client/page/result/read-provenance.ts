import type { ModelIdentity } from '../../../src/protocol/records.ts';
import { type Fields, fieldsOf, listOf, textOf } from './unknown-fields.ts';

/** Of the record's provenance, what names things. */
export interface ShownProvenance {
  readonly analyzer: string | null;
  readonly analyzerVersion: string | null;
  readonly codeVersion: string | null;
  readonly imageSha256: string | null;
  readonly sessionId: string | null;
  readonly captureId: string | null;
  readonly models: readonly ModelIdentity[];
}

export function readProvenance(value: unknown): ShownProvenance | null {
  const fields: Fields | null = fieldsOf(value);
  if (fields === null) return null;
  return {
    analyzer: textOf(fields.analyzer),
    analyzerVersion: textOf(fields.analyzerVersion),
    codeVersion: textOf(fields.codeVersion),
    imageSha256: textOf(fields.imageSha256),
    sessionId: textOf(fields.sessionId),
    captureId: textOf(fields.captureId),
    models: listOf(fields.models, readModel),
  };
}

function readModel(value: unknown): ModelIdentity | null {
  const fields = fieldsOf(value);
  const [name, version, sha256] = [textOf(fields?.name), textOf(fields?.version), textOf(fields?.sha256)];
  return name === null || version === null ? null : { name, version, sha256: sha256 ?? '' };
}
