import { CLOSE_CODES } from './close-codes.ts';
import { ERROR_CODES } from './error-codes.ts';
import { HINT_CODES } from './hint-codes.ts';

/** The page of every code that a client, a subscriber or an operator may meet, as Markdown. */
export function codesDocument(): string {
  const errors = Object.entries(ERROR_CODES).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  const closes = Object.values(CLOSE_CODES).map(
    ({ code, name, action, meaning }) => `| ${code} | \`${name}\` | ${action} | ${meaning} |`,
  );
  const hints = Object.entries(HINT_CODES).map(([code, text]) => `| \`${code}\` | ${text} |`);
  return [
    '# Codes',
    '',
    'Made by `npm run contracts` from `src/protocol`. Codes are added, never renamed.',
    '',
    '## Close codes of the WebSocket',
    '',
    '`stop`: a new connection would meet the same end. `retry`: try again after a pause. `resume`: resume the session, on another node if there is one.',
    '',
    '| code | name | what the client does | meaning |',
    '| --- | --- | --- | --- |',
    ...closes,
    '',
    '## Error codes',
    '',
    '| code | meaning |',
    '| --- | --- |',
    ...errors,
    '',
    '## Hint codes',
    '',
    "English texts; directions are the person's own and hold for a mirrored preview.",
    '',
    '| code | text |',
    '| --- | --- |',
    ...hints,
    '',
  ].join('\n');
}
