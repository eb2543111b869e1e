import { allSettings } from './parse-config.ts';

const INTRODUCTION = `# Configuration

Every setting is an environment variable, read once at start. An unknown name that starts with
\`FRAMEGATE_\` is an error, and so is a value out of range. \`--print-config\` shows what is in force,
secrets hidden.

This page is generated from \`src/config/settings.ts\` by \`npm run contracts\`; a test holds the two together.
`;

/** docs/configuration.md, from the table of settings. */
export function configurationDocument(): string {
  const slices = new Map<string, string[]>();
  for (const { slice, setting } of allSettings()) {
    const fallback = setting.defaultText === '' ? '–' : setting.defaultText;
    const row = [
      `\`${setting.env}\``,
      setting.description,
      setting.values,
      setting.unit === '' ? '–' : setting.unit,
      fallback,
    ];
    slices.set(slice, [...(slices.get(slice) ?? []), `| ${row.map(inCell).join(' | ')} |`]);
  }
  const tables = [...slices].map(
    ([slice, rows]) =>
      `\n## ${slice}\n\n| setting | what it does | values | unit | default |\n|---|---|---|---|---|\n${rows.join('\n')}\n`,
  );
  return INTRODUCTION + tables.join('');
}

function inCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
