/** NIST SP 800-63B: length counts, and not being guessed first; which characters there are does not. */

const MIN_PASSWORD_CHARACTERS = 10;
const MAX_PASSWORD_CHARACTERS = 128;

/** The commonest of at least ten characters in published lists of leaked passwords, in lower case. */
const COMMONEST: ReadonlySet<string> = new Set([
  '0123456789',
  '1234567890',
  '12345678910',
  '123456789a',
  '1234567891',
  '123456789q',
  '123456789m',
  '0987654321',
  '9876543210',
  '1029384756',
  '123123123123',
  '1234512345',
  '1q2w3e4r5t',
  '1q2w3e4r5t6y',
  '1qaz2wsx3edc',
  'q1w2e3r4t5',
  'q1w2e3r4t5y6',
  'qwertyuiop',
  'qwertyuiop123',
  'qwerty1234',
  'qwerty12345',
  'qwerty123456',
  'qwertyuiopasdfghjklzxcvbnm',
  'asdfghjkl;',
  'asdfghjkl123',
  'zxcvbnm123',
  'abcdefghij',
  'abcdefghijk',
  'abcd123456',
  'abcd1234567',
  'abc1234567',
  'password12',
  'password123',
  'password1234',
  'password12345',
  'passwordpassword',
  'p@ssword123',
  'p@ssw0rd123',
  'passw0rd123',
  'administrator',
  'letmein123',
  'welcome123',
  'welcome1234',
  'iloveyou12',
  'iloveyou123',
  'sunshine123',
  'princess123',
  'football123',
  'baseball123',
  'superman123',
  'michael123',
  'charlie123',
  'changeme123',
  'correcthorsebatterystaple',
  'framegate1',
  'framegate123',
]);

/** One text for a password, however it was typed: compatibility forms are composed (NFKC). */
export function normalPassword(password: string): string {
  return password.normalize('NFKC');
}

/**
 * Why a password is not taken, for people; null where it is.
 * @param password as normalPassword gives it
 * @param email normalised
 */
export function passwordProblem(password: string, email: string): string | null {
  const characters = [...password].length;
  if (characters < MIN_PASSWORD_CHARACTERS) return `has fewer than ${MIN_PASSWORD_CHARACTERS} characters`;
  if (characters > MAX_PASSWORD_CHARACTERS) return `has more than ${MAX_PASSWORD_CHARACTERS} characters`;
  const lower = password.toLowerCase().trim();
  if (lower === email || lower === email.slice(0, email.lastIndexOf('@'))) return 'is the e-mail address';
  if (COMMONEST.has(lower) || new Set(lower).size <= 2) return 'is one of those that are guessed first';
  return null;
}
