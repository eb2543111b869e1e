import { BODY_VIEWS, type BodyView } from '../../src/protocol/body-vocabulary.ts';

/** A capture that is under way. */
export interface KeptCapture {
  readonly captureId: string;
  /** Of a live session; null where its pictures have been sent. */
  readonly ticket: string | null;
  readonly views: readonly BodyView[];
}

/** What outlives a reload of the page, and not its tab. */
export interface KeptSession {
  readonly refreshToken: { read(): string | null; keep(token: string | null): void };
  readonly capture: { read(): KeptCapture | null; keep(capture: KeptCapture | null): void };
}

const TOKEN = 'framegate-body-refresh-token';
const CAPTURE = 'framegate-body-capture';

/** A browser that blocks storage throws on the very access: what is kept then lasts as long as the page. */
export function createKeptSession(storage: () => Storage): KeptSession {
  const memory = new Map<string, string>();
  const read = (key: string): string | null => {
    try {
      return storage().getItem(key);
    } catch {
      return memory.get(key) ?? null;
    }
  };
  const keep = (key: string, value: string | null): void => {
    try {
      if (value === null) storage().removeItem(key);
      else storage().setItem(key, value);
    } catch {
      if (value === null) memory.delete(key);
      else memory.set(key, value);
    }
  };
  return {
    refreshToken: { read: () => read(TOKEN), keep: (token) => keep(TOKEN, token) },
    capture: {
      read: () => parsed(read(CAPTURE)),
      keep: (capture) => keep(CAPTURE, capture === null ? null : JSON.stringify(capture)),
    },
  };
}

function parsed(text: string | null): KeptCapture | null {
  if (text === null) return null;
  try {
    const { captureId, ticket, views } = JSON.parse(text) as Partial<KeptCapture>;
    if (typeof captureId !== 'string' || !Array.isArray(views)) return null;
    return {
      captureId,
      ticket: typeof ticket === 'string' ? ticket : null,
      views: BODY_VIEWS.filter((view) => views.includes(view)),
    };
  } catch {
    return null;
  }
}
