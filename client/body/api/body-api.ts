import type { ConsentFlags } from '../../../src/protocol/accounts.ts';
import type { KeypointCorrection } from '../../../src/protocol/body-measurement.ts';
import type { BodyMetric, BodyView } from '../../../src/protocol/body-vocabulary.ts';
import type { BodyDetails } from '../body-details.ts';
import type { ApiClient } from './api-client.ts';
import type {
  BegunCapture,
  CaptureHistory,
  CaptureStatus,
  MeasuredCapture,
  SignedIn,
  User,
} from './capture-answers.ts';

export interface Registration {
  readonly email: string;
  readonly password: string;
  readonly displayName: string;
  readonly consent: ConsentFlags;
}

/** The calls that the page makes. All of them reject as ApiClient.call. */
export interface BodyApi {
  signIn(email: string, password: string): Promise<User>;
  register(registration: Registration): Promise<User>;
  signOut(refreshToken: string): Promise<void>;
  me(): Promise<User>;
  changeConsent(consent: ConsentFlags): Promise<User>;
  beginLive(views: readonly BodyView[], details: BodyDetails, keepPictures: boolean): Promise<BegunCapture>;
  upload(
    pictures: ReadonlyMap<BodyView, Blob>,
    details: BodyDetails,
    keepPictures: boolean,
    idempotencyKey: string,
  ): Promise<BegunCapture>;
  status(captureId: string, signal: AbortSignal): Promise<CaptureStatus>;
  results(captureId: string): Promise<MeasuredCapture>;
  history(captureId: string): Promise<CaptureHistory>;
  edit(captureId: string, metric: BodyMetric, valueCm: number, notes: string): Promise<void>;
  keypoints(captureId: string): Promise<readonly KeypointCorrection[]>;
  /** The capture is measured again; see `status`. */
  correct(captureId: string, keypoints: readonly KeypointCorrection[], notes: string): Promise<void>;
  sheet(captureId: string): Promise<Blob>;
}

export function createBodyApi(client: ApiClient): BodyApi {
  const read = async <Answer>(response: Promise<Response>): Promise<Answer> =>
    (await (await response).json()) as Answer;
  const of = (captureId: string) => `/api/v1/capture/${encodeURIComponent(captureId)}`;

  async function enter(path: string, json: object): Promise<User> {
    const signedIn = await read<SignedIn>(client.call(path, { method: 'POST', json, isOpen: true }));
    client.use(signedIn);
    return signedIn.user;
  }

  return {
    signIn: (email, password) => enter('/api/v1/auth/login', { email, password }),
    register: ({ email, password, displayName, consent }) =>
      enter('/api/v1/auth/register', {
        email,
        password,
        ...(displayName.trim() !== '' && { display_name: displayName.trim() }),
        consent_flags: consent,
      }),
    async signOut(refreshToken) {
      client.use(null);
      const json = { refresh_token: refreshToken };
      await client.call('/api/v1/auth/logout', { method: 'POST', json, isOpen: true });
    },
    me: () => read(client.call('/api/v1/auth/me')),
    changeConsent: (consent) =>
      read(client.call('/api/v1/auth/me', { method: 'PATCH', json: { consent_flags: consent } })),
    beginLive: (views, { heightCm, sex }, keepPictures) =>
      read(
        client.call(`/api/v1/capture?store_images=${keepPictures}`, {
          method: 'POST',
          json: {
            live: true,
            views,
            ...(heightCm !== null && { height_cm: round(heightCm) }),
            ...(sex !== null && { sex }),
          },
        }),
      ),
    upload(pictures, { heightCm, sex }, keepPictures, idempotencyKey) {
      const form = new FormData();
      for (const [view, picture] of pictures) form.append(view, picture, `${view}.jpg`);
      if (heightCm !== null) form.append('height_cm', String(round(heightCm)));
      if (sex !== null) form.append('sex', sex);
      const path = `/api/v1/capture?store_images=${keepPictures}`;
      return read(client.call(path, { method: 'POST', form, idempotencyKey }));
    },
    status: (captureId, signal) => read(client.call(`${of(captureId)}/status`, { signal })),
    results: (captureId) => read(client.call(`${of(captureId)}/results?include=details`)),
    history: (captureId) => read(client.call(`${of(captureId)}/metrics/history`)),
    async edit(captureId, metric, valueCm, notes) {
      const json = { adjusted_metrics: { [metric]: round(valueCm) }, notes, source: 'user' };
      await client.call(`${of(captureId)}/metrics`, { method: 'PATCH', json });
    },
    async keypoints(captureId) {
      const answer = client.call(`${of(captureId)}/keypoints`);
      return (await read<{ readonly keypoints: readonly KeypointCorrection[] }>(answer)).keypoints;
    },
    async correct(captureId, keypoints, notes) {
      await client.call(`${of(captureId)}/manual-adjust`, { method: 'POST', json: { keypoints, notes } });
    },
    sheet: async (captureId) => (await client.call(`${of(captureId)}/sheet.pdf`)).blob(),
  };
}

/** To a millimetre: nobody knows it better. */
function round(cm: number): number {
  return Math.round(cm * 10) / 10;
}
