import { pino } from 'pino';
import { formatLine } from './format-line.ts';
import { safeFields } from './safe-fields.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A static message and structured fields. Secrets, pixels and landmarks are taken out of the fields. */
export interface Logger {
  debug(fields: Record<string, unknown>, message: string): void;
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
  /** A logger that adds the fields to every line. */
  child(fields: Record<string, unknown>): Logger;
}

export interface LoggerOptions {
  readonly level: LogLevel;
  /** `lines` is for people; `auto` is lines where the output is a terminal, else JSON. */
  readonly format: 'auto' | 'json' | 'lines';
  /** On every line; omitted in `lines`. */
  readonly node: string;
  /** Default: standard error, so that a command's own output stays clean. */
  readonly output?: { write(text: string): unknown; readonly isTTY?: boolean };
}

export function createLogger(options: LoggerOptions): Logger {
  const output = options.output ?? process.stderr;
  const forPeople = options.format === 'lines' || (options.format === 'auto' && output.isTTY === true);
  const colours = forPeople && output.isTTY === true;
  const destination = forPeople
    ? { write: (line: string) => output.write(formatLine(line, colours)) }
    : { write: (line: string) => output.write(line) };
  const logger = pino(
    {
      level: options.level,
      base: { node: options.node },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        bindings: safeFields,
        log: safeFields,
      },
      // safeFields has turned errors into plain fields already.
      serializers: { err: (value: unknown) => value },
    },
    destination,
  );
  return logger;
}
