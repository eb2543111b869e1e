/** The format by its first bytes, whatever the sender calls it; null for anything else than these three. */
export function imageFormatOf(data: Uint8Array): 'jpeg' | 'png' | 'webp' | null {
  const has = (at: number, ...bytes: number[]) => bytes.every((byte, index) => data[at + index] === byte);
  if (has(0, 0xff, 0xd8, 0xff)) return 'jpeg';
  if (has(0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png';
  if (has(0, 0x52, 0x49, 0x46, 0x46) && has(8, 0x57, 0x45, 0x42, 0x50)) return 'webp';
  return null;
}
