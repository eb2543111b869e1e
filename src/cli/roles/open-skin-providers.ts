import type { SkinThreads } from '../../analysis/analyzers/skin/skin-threads.ts';
import { createLocalProvider } from '../../analysis/skin-providers/local-provider.ts';
import { openMockProvider } from '../../analysis/skin-providers/mock-provider.ts';
import {
  createPerfectCorpProvider,
  type PerfectCorpOptions,
} from '../../analysis/skin-providers/perfect-corp/perfect-corp-provider.ts';
import type { SkinProvider } from '../../analysis/skin-providers/types.ts';
import type { Config } from '../../config/parse-config.ts';
import { FramegateError } from '../../protocol/framegate-error.ts';
import type { SkinProviderName } from '../../protocol/skin-analysis.ts';

type SkinConfig = Config['skin'];

const NEEDED: Readonly<Record<SkinProviderName, string>> = {
  local: '',
  mock: 'FRAMEGATE_SKIN_MOCK_SCORE_FILE',
  'perfect-corp': 'FRAMEGATE_PERFECT_CORP_URL and FRAMEGATE_PERFECT_CORP_API_KEY',
};

/**
 * The providers that this installation has, whichever of its processes opens them: one that only takes requests needs no
 * key. Throws config-invalid where the default one is not among them.
 */
export function skinProviderNames(skin: SkinConfig): ReadonlySet<SkinProviderName> {
  const names = new Set<SkinProviderName>(['local']);
  if (skin.mockScoreFile !== null) names.add('mock');
  if (skin.perfectCorpUrl !== null) names.add('perfect-corp');
  if (!names.has(skin.provider)) throw incomplete(skin.provider);
  return names;
}

/**
 * Rejects with config-invalid as skinProviderNames, and for a score file, address, key or secret that is none. To be asked
 * before anything is started that would have to be stopped again.
 */
export async function checkSkinSettings(skin: SkinConfig): Promise<void> {
  await openVendors(skin);
}

/** Rejects as checkSkinSettings. */
export async function openSkinProviders(
  skin: SkinConfig,
  threads: SkinThreads,
): Promise<ReadonlyMap<SkinProviderName, SkinProvider>> {
  const providers = [createLocalProvider(threads), ...(await openVendors(skin))];
  return new Map(providers.map((provider) => [provider.name, provider]));
}

async function openVendors(skin: SkinConfig): Promise<SkinProvider[]> {
  skinProviderNames(skin);
  const perfectCorp = perfectCorpOf(skin);
  return [
    ...(skin.mockScoreFile === null ? [] : [await openMockProvider(skin.mockScoreFile)]),
    ...(perfectCorp === null ? [] : [createPerfectCorpProvider(perfectCorp)]),
  ];
}

function perfectCorpOf(skin: SkinConfig): PerfectCorpOptions | null {
  const { perfectCorpUrl, perfectCorpApiKey, perfectCorpSecret } = skin;
  if (perfectCorpUrl === null && perfectCorpApiKey === null) return null;
  if (perfectCorpUrl === null || perfectCorpApiKey === null) throw incomplete('perfect-corp');
  return {
    version: skin.perfectCorpVersion,
    url: perfectCorpUrl,
    apiKey: perfectCorpApiKey,
    ...(perfectCorpSecret !== null && { secret: perfectCorpSecret }),
    requestTimeoutMs: skin.perfectCorpRequestTimeoutMs,
    totalTimeoutMs: skin.perfectCorpTimeoutMs,
  };
}

function incomplete(provider: SkinProviderName): FramegateError {
  return new FramegateError('config-invalid', `the skin provider ${provider} needs ${NEEDED[provider]}`);
}
