import type { Threshold } from '../../src/protocol/checks.ts';
import type { Size } from '../sdk/camera/fit-size.ts';
import { fitPreview, type PreviewFit } from './fit-preview.ts';

type FitOutline = typeof import('./guides/fit-outline.ts').fitOutline;

/** Profiles that are guided by another outline than an oval. */
const OUTLINED = /^(body-front|body-side|portrait|reference-card)(:|$)/;

/** Places preview and guide as the profile asks for; outlines are loaded with the first profile that has one. */
export function createProfileGuide(loaded: () => void) {
  let fitOutline: FitOutline | null = null;
  let isAsked = false;

  async function load(): Promise<void> {
    isAsked = true;
    try {
      ({ fitOutline } = await import('./guides/fit-outline.ts'));
      loaded();
    } catch {
      // Guidance goes on without an outline; the next profile asks again.
      isAsked = false;
    }
  }

  return {
    /** `covered`: what stands at the lower end in place of the preview, pixels. null until the outlines are there. */
    fit(
      profile: string,
      container: Size,
      covered: number,
      video: Size,
      faceRatio: Threshold,
    ): PreviewFit | null {
      const seen = { width: container.width, height: container.height - covered };
      const ofFace = fitPreview(seen, video, faceRatio);
      if (!OUTLINED.test(profile)) return ofFace;
      if (!isAsked) void load();
      return fitOutline?.(profile, seen, video, ofFace) ?? null;
    },
  };
}
