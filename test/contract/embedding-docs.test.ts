import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { CAMERA_PROPERTIES } from '../../client/component/camera-properties.ts';

const COMPONENT = fileURLToPath(new URL('../../client/component', import.meta.url));
const docs = readFileSync(fileURLToPath(new URL('../../docs/embedding.md', import.meta.url)), 'utf8');
const named = new Set([...docs.matchAll(/`([\w-]+)(?:\(\))?`/g)].map((match) => match[1]!));

const sources = readdirSync(COMPONENT, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(`${COMPONENT}/${path}`, 'utf8'))
  .join('\n');
const found = (pattern: RegExp) => [...new Set([...sources.matchAll(pattern)].map((match) => match[1]!))];

describe('docs/embedding.md names all of <framegate-camera> that a page may use', () => {
  test('attributes and properties', () => {
    const names = Object.entries(CAMERA_PROPERTIES).map(([name, how]) =>
      'attribute' in how && typeof how.attribute === 'string' ? how.attribute : name,
    );
    expect(names.filter((name) => !named.has(name))).toEqual([]);
  });

  test('events', () => {
    const events = found(/'(framegate-[a-z]+)': CustomEvent/g);
    expect(events.length).toBeGreaterThan(5);
    expect(events.filter((name) => !named.has(name))).toEqual([]);
  });

  test('parts', () => {
    const parts = found(/part="([\w -]+)"/g).flatMap((names) => names.split(' '));
    expect(parts.length).toBeGreaterThan(10);
    expect(parts.filter((name) => !named.has(name))).toEqual([]);
  });

  test('custom properties', () => {
    const properties = found(/var\((--framegate-[\w-]+)/g);
    expect(properties.length).toBeGreaterThan(10);
    expect(properties.filter((name) => !named.has(name))).toEqual([]);
  });
});
