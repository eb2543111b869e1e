import { html, type TemplateResult } from 'lit';
import type { AdminContext } from '../admin-context.ts';
import { ALL_ROLES, ROLE_NAMES } from '../review/capture-words.ts';
import { choiceView, isBusy, problemView } from './parts.ts';

/** Gives an account another role. */
export function roleView({ state, actions }: AdminContext): TemplateResult {
  const { accountId, role } = state.roleChange;
  const isOwn = accountId.trim() === state.reviewer?.id;
  const submitted = (event: SubmitEvent) => {
    event.preventDefault();
    if (!isOwn) actions.changeRole();
  };
  const typed = (event: Event) => actions.typeRole({ accountId: (event.target as HTMLInputElement).value });
  return html`
    <details class="card fold" id="roles">
      <summary>Role of an account</summary>
      <form class="role-form" @submit=${submitted}>
        <p class="note">
          It counts from the account’s next call on, and is written into the audit trail. People find their account’s id
          on this page when they sign in.
        </p>
        <label class="field">
          <span>Account id</span>
          <input
            name="account"
            autocomplete="off"
            spellcheck="false"
            required
            maxlength="64"
            aria-describedby="role-own"
            .value=${accountId}
            @input=${typed}
          />
        </label>
        <p id="role-own" class="note">${isOwn ? 'This is your own account: nobody changes their own role.' : ''}</p>
        ${choiceView({
          name: 'role',
          label: 'Role',
          values: ALL_ROLES,
          texts: ROLE_NAMES,
          chosen: role,
          anyText: null,
          changed: (chosen) => actions.typeRole({ role: chosen ?? role }),
        })}
        ${problemView(state, 'role')}
        <button type="submit" class="button" ?disabled=${isOwn || isBusy(state, 'role')}>Change the role</button>
      </form>
    </details>
  `;
}
