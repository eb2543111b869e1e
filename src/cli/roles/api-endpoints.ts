import type { Authenticator } from '../../auth/authenticator.ts';
import type { Config } from '../../config/parse-config.ts';
import { createBearerAccess } from '../../http/access/bearer-access.ts';
import { createInternalAccess } from '../../http/access/internal-access.ts';
import type { Access, Endpoint } from '../../http/endpoint.ts';
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

/** What the documented interface works with; all of it behind interfaces, so that its document can be made without any. */
export interface ApiParts {
  readonly validate: ValidateFaceDeps['validate'];
  readonly images: Omit<ImagesDeps, 'access' | 'maxUploadBytes'>;
  readonly contours: Pick<ContoursDeps, 'desk' | 'imageSize'>;
  readonly skin: Pick<AnalyzeSkinDeps, 'desk' | 'providers' | 'checkPicture'>;
}

export interface ApiAccess {
  readonly internal: Access;
  readonly bearer: Access;
}

/** Throws config-invalid where production lacks what it needs. */
export function apiAccess({ api, edge }: Config, authenticator: Authenticator): ApiAccess {
  return {
    internal: createInternalAccess({
      environment: api.environment,
      allowedCidrs: api.allowedCidrs,
      secret: api.internalSecret,
      trustedProxies: edge.trustedProxies,
    }),
    bearer: createBearerAccess({ verify: (token) => authenticator.subjectOf(token) }),
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
  return [
    ...validateFaceRoutes({ access: access.internal, maxUploadBytes, validate: parts.validate }),
    ...analyzeSkinRoutes(skin),
    ...uploadImageRoutes(images),
    ...imageJobRoutes(images),
    ...storedImageRoutes(images),
    ...imageHealthRoutes(images),
    ...submitContoursRoutes(contours),
    ...contourStatusRoutes(contours),
  ];
}
