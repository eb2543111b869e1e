import {
  type EventRecord,
  sessionEndedDetailsSchema,
  sessionStartedDetailsSchema,
} from '../../protocol/records.ts';

/** The row of `events_stored`. */
export function eventRow(record: EventRecord): object {
  return {
    event_id: record.eventId,
    entity: record.entity,
    entity_id: record.entityId,
    event: record.event,
    at: record.atMs,
    node: record.node,
    actor: record.actor,
    details: JSON.stringify(record.details),
  };
}

/**
 * What an event adds to its session's row of `sessions_stored`; null for an event that adds nothing. Every row has a
 * start, of which the earliest wins; of the other columns an absent one is the neutral element of its state.
 */
export function sessionRow(record: EventRecord): object | null {
  if (record.entity !== 'session') return null;
  const seen = {
    session_id: record.entityId,
    nodes: [record.node],
    seen_at: Math.floor(record.atMs / 1000),
  };
  if (record.event === 'started' || record.event === 'resumed') {
    const details = sessionStartedDetailsSchema.safeParse(record.details);
    if (!details.success) return null;
    const { profile, level, thresholds, consent, locale, client } = details.data;
    return {
      ...seen,
      profile,
      level,
      thresholds: JSON.stringify(thresholds),
      locale,
      sdk: client.sdk,
      camera: client.camera,
      screen: client.screen,
      actor: record.actor,
      consent_store: Number(consent.store),
      consent_training: Number(consent.training),
      started_at: record.atMs,
      resumed_events: record.event === 'resumed' ? [record.eventId] : [],
    };
  }
  if (record.event !== 'ended') return null;
  const details = sessionEndedDetailsSchema.safeParse(record.details);
  if (!details.success) return null;
  const { profile, reason, frames, captures, startedAtMs } = details.data;
  return {
    ...seen,
    profile,
    started_at: startedAtMs,
    ended_at: record.atMs,
    end_reason: reason,
    frames,
    captures,
  };
}
