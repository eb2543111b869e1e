/** What a route takes as its body, and what it is given of it. */

/** A file of a multipart form. */
export interface FileRule {
  readonly maxBytes: number;
  readonly required: boolean;
  /** Files under this name. Default 1. */
  readonly maxCount?: number;
}

export interface JsonRule {
  readonly type: 'json';
  readonly maxBytes: number;
}

/** Text in UTF-8, of one other type than JSON. */
export interface TextRule {
  readonly type: 'text';
  /** `text/csv` */
  readonly mediaType: string;
  readonly maxBytes: number;
}

export interface FormRule {
  readonly type: 'form';
  /** By the form's names; any other file is refused. */
  readonly files: Readonly<Record<string, FileRule>>;
  /** Names of plain fields; any other, and a doubled one, is refused. */
  readonly fields: readonly string[];
  readonly maxFieldBytes: number;
}

/** `either`, `json-or-text`: the request's content type says which. */
export type BodyRule =
  | JsonRule
  | FormRule
  | { readonly type: 'json-or-text'; readonly json: JsonRule; readonly text: TextRule }
  | { readonly type: 'either'; readonly json: JsonRule; readonly form: FormRule };

export interface UploadedFile {
  /** What the sender calls it; for people, never for a path. */
  readonly fileName: string;
  /** What the sender says that it is; never believed. */
  readonly declaredType: string;
  readonly data: Uint8Array<ArrayBuffer>;
}

export type ReadBody =
  | { readonly type: 'json'; readonly value: unknown }
  | { readonly type: 'text'; readonly value: string }
  | {
      readonly type: 'form';
      readonly files: Readonly<Record<string, readonly UploadedFile[]>>;
      readonly fields: Readonly<Record<string, string>>;
    };

/** Takes a body as it arrives. */
export interface BodySink {
  /** The chunk is the sink's own. Throws FramegateError as soon as the body cannot be taken. */
  write(chunk: Uint8Array<ArrayBuffer>): void;
  /** Resolves with the whole body; rejects with FramegateError where it is none. */
  end(): Promise<ReadBody>;
  /** The sender is gone or was refused: lets go of what has come. */
  abandon(): void;
}

/** Beside the files themselves: boundaries, part headers, names. */
const FORM_OVERHEAD_BYTES = 64 * 1024;

/** The most bytes that a body of this rule can have. */
export function bodyLimitOf(rule: JsonRule | TextRule | FormRule): number {
  if (rule.type !== 'form') return rule.maxBytes;
  const files = Object.values(rule.files).reduce(
    (sum, file) => sum + file.maxBytes * (file.maxCount ?? 1),
    0,
  );
  return files + rule.fields.length * rule.maxFieldBytes + FORM_OVERHEAD_BYTES;
}
