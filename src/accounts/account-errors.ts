import { FramegateError } from '../protocol/framegate-error.ts';

export function noSuchAccount(): FramegateError {
  return new FramegateError('not-found', 'there is no such account');
}

/** One error for an unknown address and for a wrong password. */
export function credentialsWrong(): FramegateError {
  return new FramegateError('credentials-wrong', 'the e-mail address or the password is wrong');
}

export function accountExists(): FramegateError {
  return new FramegateError('account-exists', 'an account has this e-mail address already');
}

/** One error for all that is wrong with it. */
export function refreshTokenInvalid(): FramegateError {
  return new FramegateError('refresh-token-invalid', 'the refresh token is not good any more; sign in again');
}
