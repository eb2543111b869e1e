/** People and services that sign in to the HTTP interface. */
import { z } from 'zod';

export const ROLES = ['user', 'admin', 'labeler', 'partner'] as const;
export type Role = (typeof ROLES)[number];

/** What an account allows. `store_images`: pictures may be kept; `training`: what is approved may train models. */
export const consentFlagsSchema = z.object({ store_images: z.boolean(), training: z.boolean() });
export type ConsentFlags = z.infer<typeof consentFlagsSchema>;

/** In Redis. Identity: userId; the e-mail address, in lower case, is unique. */
export const accountSchema = z.object({
  userId: z.string(),
  email: z.string(),
  /** Shown on measurement sheets; null where none was given. */
  displayName: z.string().nullable(),
  /** argon2id in PHC form. Leaves neither Redis nor the server. */
  passwordHash: z.string(),
  role: z.enum(ROLES),
  consent: consentFlagsSchema,
  createdAtMs: z.number().int(),
  lastLoginAtMs: z.number().int().nullable(),
});
export type Account = z.infer<typeof accountSchema>;

/** Who calls: what an access token says, checked. */
export interface Caller {
  readonly userId: string;
  readonly role: Role;
}
