/** Messages of clients that did harm once, as hex, or built where hex would be long. */
export const CODEC_INPUTS: Readonly<Record<string, Uint8Array>> = {
  // 1 MiB of bytes where an object belongs: each was named as an unknown key, which took seconds and gigabytes.
  'a threshold of bytes': hello(
    'a3796177',
    Buffer.concat([Buffer.from('c600100000', 'hex'), Buffer.alloc(2 ** 20)]),
  ),
  // Its key came back in the error's text.
  'a threshold with a key of 8,000 letters': hello(
    'da1f40'.concat('6b'.repeat(8000)),
    Buffer.from('c0', 'hex'),
  ),
};

/** `hello` with one threshold. */
function hello(keyHex: string, value: Uint8Array): Uint8Array {
  const before =
    '87a474797065a568656c6c6fa770726f66696c65a9666163652d736b696ea7636f6e73656e7482a573746f7265c2a8747261696e696e67c2a66c6f63616c65a2656ea6636c69656e7483a373646ba0a663616d657261a0a673637265656ea0a5746f6b656ea0aa7468726573686f6c647381';
  return new Uint8Array(Buffer.concat([Buffer.from(before + keyHex, 'hex'), value]));
}
