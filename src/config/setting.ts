import { z } from 'zod';

/** What the defaults may depend on. */
export interface Machine {
  readonly hostName: string;
  readonly cores: number;
  readonly workingFolder: string;
  /** The folder that holds package.json. */
  readonly packageFolder: string;
}

/** One environment variable: how it is read and what its documentation says. */
export interface Setting<T> {
  readonly env: string;
  readonly description: string;
  /** Empty for plain text. */
  readonly unit: string;
  /** What a value may be, for people. */
  readonly values: string;
  /** From the variable's text to the value. */
  readonly schema: z.ZodType<T, string>;
  readonly defaultOf: (machine: Machine) => T;
  /** The default as documented. */
  readonly defaultText: string;
  /** `url`: the credentials in it are hidden; `all`: the whole value is. */
  readonly secret: 'no' | 'url' | 'all';
}

interface Described {
  readonly description: string;
}

interface Numeric extends Described {
  readonly unit: string;
  readonly default: number | { readonly text: string; readonly of: (machine: Machine) => number };
  readonly min: number;
  readonly max: number;
}

/** A whole number within bounds, both included. */
export function integer(env: string, options: Numeric): Setting<number> {
  const { min, max } = options;
  const fallback = options.default;
  return {
    env,
    description: options.description,
    unit: options.unit,
    values: `${min} – ${max}`,
    schema: z
      .string()
      .regex(/^-?\d{1,15}$/, 'is not a whole number')
      .transform(Number)
      .pipe(z.number().min(min, `is below ${min}`).max(max, `is above ${max}`)),
    defaultOf: typeof fallback === 'number' ? () => fallback : fallback.of,
    defaultText: typeof fallback === 'number' ? String(fallback) : fallback.text,
    secret: 'no',
  };
}

/** A whole number that may be absent: null then. */
export function optionalInteger(env: string, options: Omit<Numeric, 'default'>): Setting<number | null> {
  const { schema, ...bounded } = integer(env, { ...options, default: 0 });
  return {
    ...bounded,
    schema: schema as z.ZodType<number | null, string>,
    defaultOf: () => null,
    defaultText: '',
  };
}

interface Textual extends Described {
  readonly default: string | { readonly text: string; readonly of: (machine: Machine) => string };
}

export function text(env: string, options: Textual): Setting<string> {
  const fallback = options.default;
  return {
    env,
    description: options.description,
    unit: '',
    values: 'text',
    schema: z.string(),
    defaultOf: typeof fallback === 'string' ? () => fallback : fallback.of,
    defaultText: typeof fallback === 'string' ? fallback : fallback.text,
    secret: 'no',
  };
}

/** Letters, digits, `-` and `_`: what may stand in a NATS subject and in a metric's label. */
export function name(env: string, options: Textual): Setting<string> {
  return {
    ...text(env, options),
    values: 'letters, digits, - and _',
    schema: z.string().regex(/^[A-Za-z0-9_-]{1,63}$/, 'may only have letters, digits, - and _ (at most 63)'),
  };
}

/** Text that may be absent: null then. */
export function optionalText(env: string, options: Described): Setting<string | null> {
  return {
    env,
    description: options.description,
    unit: '',
    values: 'text',
    schema: z.string() as z.ZodType<string | null, string>,
    defaultOf: () => null,
    defaultText: '',
    secret: 'no',
  };
}

/** Never printed, never logged. */
export function secret(
  env: string,
  options: Described & { readonly minLength?: number },
): Setting<string | null> {
  const minLength = options.minLength ?? 1;
  return {
    ...optionalText(env, options),
    values: minLength > 1 ? `text, at least ${minLength} characters` : 'text',
    schema: z.string().min(minLength, `is shorter than ${minLength} characters`) as z.ZodType<
      string | null,
      string
    >,
    secret: 'all',
  };
}

/** A URL of one of the schemes, or several separated by commas where `many` is set. Absent: null. */
export function url(
  env: string,
  options: Described & { readonly schemes: readonly string[]; readonly many?: boolean },
): Setting<string | null> {
  const isOne = (value: string) =>
    URL.canParse(value) && options.schemes.includes(new URL(value).protocol.slice(0, -1));
  const isValid = (value: string) => (options.many === true ? value.split(',').every(isOne) : isOne(value));
  const schemes = options.schemes.map((scheme) => `${scheme}://`).join(' or ');
  return {
    ...optionalText(env, options),
    values: options.many === true ? `${schemes}…, several separated by commas` : `${schemes}…`,
    schema: z.string().refine(isValid, `is not a URL that starts with ${schemes}`) as z.ZodType<
      string | null,
      string
    >,
    secret: 'url',
  };
}

export function choice<const V extends string>(
  env: string,
  options: Described & { readonly values: readonly [V, ...V[]]; readonly default: V },
): Setting<V> {
  return {
    env,
    description: options.description,
    unit: '',
    values: options.values.join(', '),
    schema: z
      .string()
      .pipe(z.enum(options.values, `is none of ${options.values.join(', ')}`)) as unknown as z.ZodType<
      V,
      string
    >,
    defaultOf: () => options.default,
    defaultText: options.default,
    secret: 'no',
  };
}

/** Items separated by commas; empty by default. */
export function list(
  env: string,
  options: Described & { readonly items: string },
): Setting<readonly string[]> {
  return {
    env,
    description: options.description,
    unit: '',
    values: `${options.items}, separated by commas`,
    schema: z.string().transform((value) =>
      value
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    ),
    defaultOf: () => [],
    defaultText: '',
    secret: 'no',
  };
}
