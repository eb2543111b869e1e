import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { FramegateError } from '../../protocol/framegate-error.ts';
import type { BodySink, FormRule, UploadedFile } from './body-rule.ts';

const MAX_NAME_BYTES = 100;
const MAX_HEADER_PAIRS = 16;
const MAX_PART_HEADER_BYTES = 8 * 1024;

/**
 * Parses a multipart form while it arrives. Refuses with request-invalid what the rule does not name, what is there twice
 * and what is missing; with payload-too-large a file or field over its limit, before the rest of it has come.
 */
export function createFormBody(rule: FormRule, contentType: string): BodySink {
  const files = new Map<string, UploadedFile[]>();
  const fields = new Map<string, string>();
  let refusal: FramegateError | null = null;
  const refuse = (error: FramegateError) => {
    refusal ??= error;
  };

  const busboy = openBusboy(rule, contentType);
  const finished = new Promise<void>((resolve, reject) => {
    busboy.once('finish', resolve);
    busboy.once('error', reject);
  });
  finished.catch(() => {});

  busboy.on('file', (name, stream, fileName, _encoding, declaredType) => {
    // A form that ends inside of a file fails here before it fails as a whole; unheard, that would end the process.
    stream.on('error', () => refuse(invalid('the form is cut off or damaged')));
    const fileRule = Object.hasOwn(rule.files, name) ? rule.files[name] : undefined;
    const taken = files.get(name)?.length ?? 0;
    if (fileRule === undefined)
      refuse(invalid(`the form has a file ${quoted(name)}, which is not taken here`));
    else if (taken >= (fileRule.maxCount ?? 1))
      refuse(invalid(`the form has too many files ${quoted(name)}`));
    if (refusal !== null || fileRule === undefined) {
      stream.resume();
      return;
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    const file = { fileName: fileName ?? '', declaredType, data: new Uint8Array(0) };
    files.set(name, [...(files.get(name) ?? []), file]);
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > fileRule.maxBytes) {
        chunks.length = 0;
        refuse(tooLarge(name, fileRule.maxBytes));
      } else if (refusal === null) chunks.push(chunk);
    });
    // The memory is the file's own, so that it may go to a thread.
    stream.on('end', () => {
      file.data = ownBytes(chunks);
    });
  });
  busboy.on('field', (name, value, nameTruncated, valueTruncated) => {
    if (nameTruncated || !rule.fields.includes(name)) {
      refuse(invalid(`the form has a field ${quoted(name)}, which is not taken here`));
    } else if (fields.has(name)) refuse(invalid(`the form has the field ${quoted(name)} twice`));
    else if (valueTruncated) refuse(tooLarge(name, rule.maxFieldBytes));
    else fields.set(name, value);
  });
  for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) {
    busboy.on(limit, () => refuse(invalid('the form has more parts than are taken here')));
  }

  return {
    write: (chunk) => {
      busboy.write(chunk);
      if (refusal !== null) throw refusal;
    },
    end: async () => {
      busboy.end();
      try {
        await finished;
      } catch {
        throw refusal ?? invalid('the form is cut off or damaged');
      }
      if (refusal !== null) throw refusal;
      for (const [name, { required }] of Object.entries(rule.files)) {
        if (required && !files.has(name)) throw invalid(`the form lacks the file ${quoted(name)}`);
      }
      return { type: 'form', files: Object.fromEntries(files), fields: Object.fromEntries(fields) };
    },
    abandon: () => {
      files.clear();
      fields.clear();
      busboy.destroy();
    },
  };
}

function openBusboy(rule: FormRule, contentType: string): BusboyInstance {
  const fileCount = Object.values(rule.files).reduce((sum, { maxCount }) => sum + (maxCount ?? 1), 0);
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      isPartAFile: (_field, type, fileName) => fileName !== undefined || type === 'application/octet-stream',
      limits: {
        fieldNameSize: MAX_NAME_BYTES,
        fieldSize: rule.maxFieldBytes,
        // One more than is taken, so that it can be said which one is too much.
        fields: rule.fields.length + 1,
        files: fileCount + 1,
        parts: rule.fields.length + fileCount + 2,
        headerPairs: MAX_HEADER_PAIRS,
        headerSize: MAX_PART_HEADER_BYTES,
      },
    });
  } catch {
    throw new FramegateError(
      'media-type-unsupported',
      'the body has to be multipart/form-data with a boundary',
    );
  }
}

function ownBytes(chunks: readonly Buffer[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

const quoted = (name: string) => JSON.stringify(name.slice(0, MAX_NAME_BYTES));

function invalid(message: string): FramegateError {
  return new FramegateError('request-invalid', message);
}

function tooLarge(name: string, maxBytes: number): FramegateError {
  return new FramegateError('payload-too-large', `${quoted(name)} has more than ${maxBytes} bytes`, {
    details: { maxBytes },
  });
}
