/** An exception of the engine, or of the HTTP interface in its manner: `Code: 60. DB::Exception: … (UNKNOWN_TABLE)`. */
export class EngineError extends Error {
  readonly clickhouseCode: number;
  readonly type: string;

  constructor(clickhouseCode: number, type: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'EngineError';
    this.clickhouseCode = clickhouseCode;
    this.type = type;
  }

  /** The text that ClickHouse's HTTP interface sends. */
  text(version: string): string {
    return `Code: ${this.clickhouseCode}. DB::Exception: ${this.message} (${this.type}) (version ${version})\n`;
  }
}

/** The type is the last word in brackets; what it complains of may have brackets too. */
const PATTERN =
  /^Code: (\d+)\. DB::Exception: (?:Code: \d+\. DB::Exception: )?([\s\S]*?)\s*(?:\([A-Z][A-Z0-9_]+\) \(version[^)]*\)\s*)?\(([A-Z][A-Z0-9_]{3,})\)\s*(?:\(version[^)]*\)\s*)?$/;

/** Parses the engine's message. `hidden` are texts of ours (paths, clauses) that the client never wrote. */
export function toEngineError(thrown: unknown, hidden: readonly string[] = []): EngineError {
  if (thrown instanceof EngineError) return thrown;
  let message = thrown instanceof Error ? thrown.message : String(thrown);
  for (const text of hidden) message = message.replaceAll(text, '');
  const parsed = PATTERN.exec(message.trim());
  if (parsed === null) return new EngineError(1001, 'STD_EXCEPTION', message, thrown);
  return new EngineError(
    Number(parsed[1]),
    parsed[3]!,
    parsed[2]!.replaceAll('(in file/uri ): ', ''),
    thrown,
  );
}

const BAD_REQUEST = new Set([
  6, 25, 26, 27, 28, 36, 38, 41, 42, 43, 44, 53, 62, 70, 72, 117, 130, 131, 321, 349, 441, 456, 457, 691,
]);
const NOT_FOUND = new Set([46, 47, 50, 56, 60, 63, 73, 78, 80, 81, 115]);

/** The HTTP status that goes with an exception's code. */
export function httpStatus(clickhouseCode: number): number {
  if (BAD_REQUEST.has(clickhouseCode)) return 400;
  if (NOT_FOUND.has(clickhouseCode)) return 404;
  if (clickhouseCode === 159) return 408;
  if (clickhouseCode === 164 || clickhouseCode === 497) return 403;
  if (clickhouseCode === 516) return 401;
  if (clickhouseCode === 48) return 501;
  if (clickhouseCode === 202) return 503;
  return 500;
}
