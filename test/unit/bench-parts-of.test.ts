import { describe, expect, it } from 'vitest';
import { partsOf } from '../../loadtest/bench/parts-of.ts';

describe('the parts of a measurement', () => {
  const PARTS = ['stages', 'captures', 'sink'] as const;

  it('are those that are named, in their own order', () => {
    expect(partsOf('sink, stages', PARTS)).toEqual(['stages', 'sink']);
  });

  it('refuses a name that is none of them', () => {
    expect(() => partsOf('stages,speed', PARTS)).toThrow('not "speed"');
  });
});
