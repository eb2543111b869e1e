import type { AccountService } from '../../../accounts/types.ts';
import type { Role } from '../../../protocol/accounts.ts';
import type { Access } from '../../endpoint.ts';

export interface AccountsDeps {
  readonly accounts: AccountService;
  /** Of people whom nobody knows yet; counts their calls. */
  readonly signInAccess: Access;
  /** Of accounts with one of these roles; of every account without. */
  readonly accountAccess: (roles?: readonly Role[]) => Access;
}
