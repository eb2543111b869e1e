const BYTES_PER_MIB = 2 ** 20;

/** Three significant digits, never fewer than the whole part has: `0.0123`, `4.57`, `812`, `12,345`. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size === 0) return '0';
  const decimals = Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(size))));
  return value.toLocaleString('en', { maximumFractionDigits: decimals }).replace('-', '−');
}

export function mebibyteText(bytes: number): string {
  return `${numberText(bytes / BYTES_PER_MIB)} MiB`;
}

/** `+0.12 ± 0.4 MiB/min` */
export function slopeText(bytesPerMinute: number, standardError: number): string {
  const sign = bytesPerMinute > 0 ? '+' : '';
  return `${sign}${numberText(bytesPerMinute / BYTES_PER_MIB)} ± ${numberText(standardError / BYTES_PER_MIB)} MiB/min`;
}

/** `8 s`, `90 s`, `30 min`, `2 h` */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = seconds / 60;
  return minutes < 120 ? `${numberText(minutes)} min` : `${numberText(minutes / 60)} h`;
}

/** `p99Ms` → `p99`, `residentMiB16Sessions` → `resident MiB 16 sessions`: a unit at the end goes, it is told beside. */
export function spokenName(name: string): string {
  if (!/^[a-z]\w*$/.test(name)) return name;
  return name
    .replace(/(?<=[a-z0-9])(Ms|S|Bytes|MiB|MiBPerMinute)$/, '')
    .replace(/MiB|[A-Z]?[a-z]+\d*|[A-Z]+\d*|\d+/g, (word) =>
      word === 'MiB' ? ' MiB' : ` ${word.toLowerCase()}`,
    )
    .trim();
}
