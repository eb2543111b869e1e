import { FramegateError } from '../../src/protocol/framegate-error.ts';

/** The parts that `--only a,b` names, in their own order. Throws config-invalid for a name that is none of them. */
export function partsOf<Part extends string>(only: string, known: readonly Part[]): Part[] {
  const named = only.split(',').map((name) => name.trim());
  const unknown = named.find((name) => !known.some((part) => part === name));
  if (unknown !== undefined) {
    throw new FramegateError(
      'config-invalid',
      `--only knows ${known.join(', ')}, not ${JSON.stringify(unknown)}`,
    );
  }
  return known.filter((part) => named.includes(part));
}
