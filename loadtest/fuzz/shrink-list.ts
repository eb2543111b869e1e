/**
 * Delta debugging (Zeller and Hildebrandt's ddmin, without its complements at the start): leaves out ever smaller
 * pieces of a failing list as long as it goes on failing.
 */
export function shrinkList<Item>(
  failing: readonly Item[],
  fails: (shorter: readonly Item[]) => boolean,
): readonly Item[] {
  let kept = failing;
  for (let pieceLength = Math.ceil(kept.length / 2); pieceLength >= 1; ) {
    let found = false;
    for (let at = 0; at < kept.length; ) {
      const shorter = [...kept.slice(0, at), ...kept.slice(at + pieceLength)];
      if (fails(shorter)) {
        kept = shorter;
        found = true;
      } else at += pieceLength;
    }
    if (pieceLength === 1 && !found) break;
    if (!found || pieceLength > 1) pieceLength = Math.max(1, Math.floor(pieceLength / 2));
  }
  return kept;
}
