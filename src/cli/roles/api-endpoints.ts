import type { Authenticator } from '../../auth/authenticator.ts';
import type { Config } from '../../config/parse-config.ts';
import { createAccountAccess } from '../../http/access/account-access.ts';
import { createBearerAccess } from '../../http/access/bearer-access.ts';
import { createCountedAccess } from '../../http/access/counted-access.ts';
import { createInternalAccess } from '../../http/access/internal-access.ts';
import type { Access, Endpoint } from '../../http/endpoint.ts';
import type { AccountsDeps } from '../../http/routes/body/accounts-deps.ts';
import { adjustCaptureRoutes } from '../../http/routes/body/adjust-capture.ts';
import { adminAccountRoutes } from '../../http/routes/body/admin-account-routes.ts';
import { adminCaptureRoutes } from '../../http/routes/body/admin-capture-routes.ts';
import { authRoutes } from '../../http/routes/body/auth-routes.ts';
import { captureKeypointsRoutes } from '../../http/routes/body/capture-keypoints.ts';
import { captureStatusRoutes } from '../../http/routes/body/capture-status.ts';
import type { CapturesDeps } from '../../http/routes/body/captures-deps.ts';
import { exportCaptureRoutes } from '../../http/routes/body/export-capture.ts';
import { labelRoutes } from '../../http/routes/body/label-routes.ts';
import { ownAccountRoutes } from '../../http/routes/body/own-account-routes.ts';
import { ownCapturesRoutes } from '../../http/routes/body/own-captures.ts';
import { partnerBatchRoutes } from '../../http/routes/body/partner-batch-routes.ts';
import { partnerExportsRoutes } from '../../http/routes/body/partner-exports.ts';
import { partnerWebhookRoutes } from '../../http/routes/body/partner-webhook-routes.ts';
import { personalDataRoutes } from '../../http/routes/body/personal-data-routes.ts';
import type { PortalDeps } from '../../http/routes/body/portal-deps.ts';
import { submitCaptureRoutes } from '../../http/routes/body/submit-capture.ts';
import { contourStatusRoutes } from '../../http/routes/contours/contour-status.ts';
import type { ContoursDeps } from '../../http/routes/contours/contours-deps.ts';
import { submitContoursRoutes } from '../../http/routes/contours/submit-contours.ts';
import { imageHealthRoutes } from '../../http/routes/images/image-health.ts';
import { imageJobRoutes } from '../../http/routes/images/image-jobs.ts';
import type { ImagesDeps } from '../../http/routes/images/images-deps.ts';
import { storedImageRoutes } from '../../http/routes/images/stored-images.ts';
import { uploadImageRoutes } from '../../http/routes/images/upload-image.ts';
import { type AnalyzeSkinDeps, analyzeSkinRoutes } from '../../http/routes/skin/analyze-skin.ts';
import { type ValidateFaceDeps, validateFaceRoutes } from '../../http/routes/validate-face.ts';
import type { Caller, Role } from '../../protocol/accounts.ts';

/** What the documented interface works with; all of it behind interfaces, so that its document can be made without any. */
export interface ApiParts {
  readonly validate: ValidateFaceDeps['validate'];
  readonly images: Omit<ImagesDeps, 'access' | 'maxUploadBytes'>;
  readonly contours: Pick<ContoursDeps, 'desk' | 'imageSize'>;
  readonly skin: Pick<AnalyzeSkinDeps, 'desk' | 'providers' | 'checkPicture'>;
  readonly accounts: AccountsDeps['accounts'];
  readonly captures: Pick<CapturesDeps, 'captures' | 'pictureFormat' | 'takeCapture'>;
  readonly portal: Omit<PortalDeps, 'accountAccess' | 'takeBatch'>;
}

export interface ApiAccess {
  readonly internal: Access;
  readonly bearer: Access;
  /** Of accounts with one of these roles; of every account without. */
  readonly account: (roles?: readonly Role[]) => Access;
  /** Of people who sign in. */
  readonly signIn: Access;
}

export interface AccessChecks {
  readonly authenticator: Pick<Authenticator, 'subjectOf'>;
  readonly accounts: { authenticate(token: string | undefined): Promise<Caller> };
  /** Counts an attempt to sign in from a client address. */
  readonly takeSignIn: (
    address: string,
  ) => Promise<{ readonly allowed: boolean; readonly retryAfterMs: number }>;
}

/** Throws config-invalid where production lacks what it needs. */
export function internalAccess({ api, edge }: Config): Access {
  return createInternalAccess({
    environment: api.environment,
    allowedCidrs: api.allowedCidrs,
    secret: api.internalSecret,
    trustedProxies: edge.trustedProxies,
  });
}

/** Throws as internalAccess does. */
export function apiAccess(config: Config, { authenticator, accounts, takeSignIn }: AccessChecks): ApiAccess {
  return {
    internal: internalAccess(config),
    bearer: createBearerAccess({ verify: (token) => authenticator.subjectOf(token) }),
    account: (roles) =>
      createAccountAccess({
        verify: (token) => accounts.authenticate(token),
        ...(roles !== undefined && { roles }),
      }),
    signIn: createCountedAccess({ take: takeSignIn, trustedProxies: config.edge.trustedProxies }),
  };
}

/** Every documented endpoint of the api role. */
export function apiEndpoints(config: Config, access: ApiAccess, parts: ApiParts): Endpoint[] {
  const { maxUploadBytes } = config.api;
  const images = { ...parts.images, access: access.bearer, maxUploadBytes };
  const contours = {
    ...parts.contours,
    access: access.bearer,
    maxUploadBytes,
    doneStatus: config.contours.doneStatus,
  };
  const skin = {
    ...parts.skin,
    access: access.internal,
    maxUploadBytes,
    defaultProvider: config.skin.provider,
    timeoutMs: config.api.analyzeTimeoutMs,
  };
  const people = {
    accounts: parts.accounts,
    accountAccess: access.account,
    signInAccess: access.signIn,
  };
  const captures = { ...parts.captures, accountAccess: access.account, maxUploadBytes };
  const portal = {
    ...parts.portal,
    accountAccess: access.account,
    takeBatch: parts.captures.takeCapture,
  };
  return [
    ...validateFaceRoutes({ access: access.internal, maxUploadBytes, validate: parts.validate }),
    ...analyzeSkinRoutes(skin),
    ...uploadImageRoutes(images),
    ...imageJobRoutes(images),
    ...storedImageRoutes(images),
    ...imageHealthRoutes(images),
    ...submitContoursRoutes(contours),
    ...contourStatusRoutes(contours),
    ...authRoutes(people),
    ...ownAccountRoutes(people),
    ...adminAccountRoutes(people),
    ...submitCaptureRoutes(captures),
    ...captureStatusRoutes(captures),
    ...adjustCaptureRoutes(captures),
    ...captureKeypointsRoutes(captures),
    ...ownCapturesRoutes(captures),
    ...exportCaptureRoutes(portal),
    ...partnerExportsRoutes(portal),
    ...partnerBatchRoutes(portal),
    ...partnerWebhookRoutes(portal),
    ...adminCaptureRoutes(portal),
    ...labelRoutes(portal),
    ...personalDataRoutes(portal),
  ];
}
