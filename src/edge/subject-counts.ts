/** How many sessions each subject has on this node. */
export interface SubjectCounts<Session extends object> {
  /** Counts the session; false, and it is not counted, where its subject has as many as it may. `inPlaceOf`: one that will end for it. */
  enter(session: Session, subject: string, inPlaceOf: Session | undefined): boolean;
  leave(session: Session): void;
}

export function createSubjectCounts<Session extends object>(maxSessions: number): SubjectCounts<Session> {
  const counts = new Map<string, number>();
  const subjects = new Map<Session, string>();
  return {
    enter(session, subject, inPlaceOf) {
      const count = counts.get(subject) ?? 0;
      const replaces = inPlaceOf !== undefined && subjects.get(inPlaceOf) === subject;
      if (count >= maxSessions && !replaces) return false;
      counts.set(subject, count + 1);
      subjects.set(session, subject);
      return true;
    },
    leave(session) {
      const subject = subjects.get(session);
      if (subject === undefined) return;
      subjects.delete(session);
      const left = (counts.get(subject) ?? 0) - 1;
      if (left > 0) counts.set(subject, left);
      else counts.delete(subject);
    },
  };
}
