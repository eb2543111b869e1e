import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { acceptedEncodings } from '../../src/http/files/accepted-encodings.ts';
import { contentTypeOf } from '../../src/http/files/content-type.ts';
import { namesTag } from '../../src/http/files/entity-tag.ts';
import { filePathOf } from '../../src/http/files/file-path.ts';

describe('the encodings that a client takes', () => {
  test.each([
    ['', ['identity']],
    ['gzip, deflate, br, zstd', ['br', 'gzip', 'identity']],
    ['GZIP', ['gzip', 'identity']],
    ['br;q=0, gzip;q=0.5', ['gzip', 'identity']],
    ['*', ['br', 'gzip', 'identity']],
    ['*;q=0, gzip', ['gzip', 'identity']],
    ['br;q=much', ['identity']],
    ['identity;q=0', ['identity']],
  ])('%s', (header, expected) => {
    expect(acceptedEncodings(header)).toEqual(expected);
  });
});

describe('a tag that the client has', () => {
  test.each([
    ['"abc"', true],
    ['W/"abc"', true],
    ['"x", "abc"', true],
    ['*', true],
    ['"abcd"', false],
    ['abc', false],
    ['', false],
  ])('%s', (header, expected) => {
    expect(namesTag(header, '"abc"')).toBe(expected);
  });
});

describe('the path of a file', () => {
  test.each([
    ['assets/page-Ab_1.js', 'assets/page-Ab_1.js'],
    ['assets/p%61ge.js', 'assets/page.js'],
    ['assets/../secret', null],
    ['assets/%2e%2e/secret', null],
    ['assets/..%2fsecret', null],
    ['assets/..%5csecret', null],
    ['assets/.hidden', null],
    ['assets//x.js', null],
    ['assets/', null],
    ['assets/x%00.js', null],
    ['assets/%zz', null],
  ])('%s', (encoded, expected) => {
    expect(filePathOf(encoded)).toBe(expected);
  });

  test('never leaves its folder, whatever is asked for', () => {
    const piece = fc.constantFrom('..', '.', '/', '%2e', '%2f', '%5c', '\\', 'a', '%00', '~', ':', '%25');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const path = filePathOf(pieces.join(''));
        if (path === null) return;
        for (const segment of path.split('/')) expect(segment).toMatch(/^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/);
      }),
    );
  });
});

test('content types', () => {
  expect(
    ['a.js', 'a.css', 'a.wasm', 'a.svg', 'a.json', 'a.html', 'a.woff2', 'a.map'].map((name) =>
      contentTypeOf(name).replace('; charset=utf-8', ''),
    ),
  ).toEqual([
    'text/javascript',
    'text/css',
    'application/wasm',
    'image/svg+xml',
    'application/json',
    'text/html',
    'font/woff2',
    'application/json',
  ]);
  for (const name of ['a.onnx', 'a.task', 'a', 'a.exe'])
    expect(contentTypeOf(name)).toBe('application/octet-stream');
});
