import { StringDecoder } from 'node:string_decoder';

/** Hands over whole lines of a byte stream; what a chunk leaves open waits for the next. */
export function createLineSplitter(onLine: (line: string) => void): (chunk: Buffer) => void {
  const decoder = new StringDecoder('utf8');
  // A profile is megabytes in many chunks: they are joined once, at its end.
  let open: string[] = [];
  return (chunk) => {
    const parts = decoder.write(chunk).split('\n');
    for (const part of parts.slice(0, -1)) {
      open.push(part);
      const line = open.join('');
      open = [];
      onLine(line);
    }
    open.push(parts.at(-1)!);
  };
}
