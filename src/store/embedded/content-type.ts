/** The Content-Type that ClickHouse's HTTP interface gives a format. */
export function contentType(format: string): string {
  if (/^JSON.*EachRow/.test(format) || format === 'JSONLines' || format === 'NDJSON') {
    return 'application/x-ndjson; charset=UTF-8';
  }
  if (format.startsWith('JSON')) return 'application/json; charset=UTF-8';
  if (format.startsWith('CSVWithNames')) return 'text/csv; charset=UTF-8; header=present';
  if (format.startsWith('CSV')) return 'text/csv; charset=UTF-8; header=absent';
  if (format.startsWith('TabSeparated') || format.startsWith('TSV'))
    return 'text/tab-separated-values; charset=UTF-8';
  if (format === 'XML') return 'application/xml; charset=UTF-8';
  if (format === 'Markdown') return 'text/markdown; charset=UTF-8';
  if (format === 'Arrow' || format === 'ArrowStream') return 'application/vnd.apache.arrow.stream';
  return /^(Pretty|Vertical|Values|TSKV|SQLInsert|Null)/.test(format)
    ? 'text/plain; charset=UTF-8'
    : 'application/octet-stream';
}
