import type { Measurement } from '../../protocol/records.ts';
import type { SkinProviderName } from '../../protocol/skin-analysis.ts';
import type { Box } from '../../vision/types.ts';
import type { ConcernId } from '../analyzers/skin/skin-result.ts';

export type SkinSeverity = 'none' | 'mild' | 'moderate' | 'severe';

/** `score` 1..100, higher is healthier; `decile` 1..10. */
export interface SkinCondition {
  readonly score: number;
  readonly severity: SkinSeverity;
  readonly decile: number;
  /** Scores of parts of the face, by the vendor's names. */
  readonly regions?: Readonly<Record<string, number>>;
  /** 0..1, where the provider tells it. */
  readonly confidence?: number;
  /** Why the confidence is lower than it might be. */
  readonly doubts?: readonly string[];
}

/** Where a condition shows. */
export interface SkinMask {
  readonly condition: ConcernId;
  /** Shares of the picture's width and height: the picture that was sent is larger than the one that was measured. */
  readonly box: Box;
  /** Grey, stretched over the box: 0 nothing .. 255 strongest. */
  readonly pngBase64: string;
}

/** What every provider gives; what it did not measure is left out, never guessed. */
export interface SkinScores {
  readonly conditions: Readonly<Partial<Record<ConcernId, SkinCondition>>>;
  /** 1..100, out of the deciles of acne and wrinkle; absent without either. */
  readonly programCode?: number;
  readonly skinType?: string;
  readonly skinTypeConfidence?: number;
  /** Whether the skin reddens easily. */
  readonly isSensitive?: boolean;
  readonly skinAge?: number;
  readonly skinAgeConfidence?: number;
  readonly overallScore?: number;
  readonly masks?: readonly SkinMask[];
  /** For people: what the scores are not. */
  readonly notice?: string;
  /**
   * Rows for ClickHouse, no part of the job's result. Only of what was measured here: a vendor's scores are not comparable
   * with them.
   */
  readonly measurements?: readonly Measurement[];
}

export interface SkinProvider {
  readonly name: SkinProviderName;
  /**
   * Rejects with provider-unavailable (retryable), provider-refused or provider-malformed; the local one as SkinThreads.
   * @param jpeg as preparePicture gives it; its bytes may be handed over
   */
  analyse(jpeg: Uint8Array<ArrayBuffer>, options: { readonly signal: AbortSignal }): Promise<SkinScores>;
}
