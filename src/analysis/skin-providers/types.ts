import type { ConcernId } from '../analyzers/skin/skin-result.ts';

export type SkinSeverity = 'none' | 'mild' | 'moderate' | 'severe';

/** `score` 1..100, higher is healthier; `decile` 1..10. */
export interface SkinCondition {
  readonly score: number;
  readonly severity: SkinSeverity;
  readonly decile: number;
  /** Scores of parts of the face, by the vendor's names. */
  readonly regions?: Readonly<Record<string, number>>;
}

/** What every provider gives; what it did not measure is left out, never guessed. */
export interface SkinScores {
  readonly conditions: Readonly<Partial<Record<ConcernId, SkinCondition>>>;
  /** 1..100, out of the deciles of acne and wrinkle; absent without either. */
  readonly programCode?: number;
  readonly skinType?: string;
  readonly skinAge?: number;
  readonly overallScore?: number;
}

export interface SkinProvider {
  readonly name: string;
  /**
   * Rejects with provider-unavailable (retryable), provider-refused or provider-malformed.
   * @param jpeg as preparePicture gives it
   */
  analyse(jpeg: Uint8Array<ArrayBuffer>, options: { readonly signal: AbortSignal }): Promise<SkinScores>;
}
