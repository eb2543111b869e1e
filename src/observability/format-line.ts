const COLOURS: Record<string, number> = { trace: 90, debug: 36, info: 32, warn: 33, error: 31, fatal: 35 };

/** One JSON log line as a line for people: time, level, message, then the fields as name=value. */
export function formatLine(json: string, colours: boolean): string {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(json) as Record<string, unknown>;
  } catch {
    return json;
  }
  const { level, time, msg, node: _node, err, ...rest } = fields;
  const clock = typeof time === 'string' ? time.slice(11, 23) : '';
  const label = String(level).toUpperCase().padEnd(5);
  const paint = (text: string, colour: number) => (colours ? `\u001b[${colour}m${text}\u001b[0m` : text);
  const pairs = Object.entries(rest).map(([name, value]) => `${name}=${shown(value)}`);
  const problem = err as { message?: string; code?: string; stack?: string } | undefined;
  if (problem !== undefined) {
    pairs.push(
      `${problem.code === undefined ? '' : `${problem.code}: `}${problem.message ?? shown(problem)}`,
    );
  }
  const line = [
    paint(clock, 90),
    paint(label, COLOURS[String(level)] ?? 0),
    String(msg ?? ''),
    paint(pairs.join(' '), 90),
  ]
    .filter((part) => part !== '')
    .join(' ');
  const severe = level === 'error' || level === 'fatal';
  const stack =
    severe && problem?.stack !== undefined ? `\n${problem.stack.split('\n').slice(1).join('\n')}` : '';
  return `${line}${stack}\n`;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
