/** Text made safe for HTML and SVG, in attributes too. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** Tenths of a pixel are enough, and half the bytes. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** A picture with a title and a description for those who do not see it. */
export function svgPicture(
  { width, height }: { readonly width: number; readonly height: number },
  title: string,
  content: readonly string[],
): string {
  return (
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">` +
    `<title>${escaped(title)}</title>${content.join('')}</svg>`
  );
}

export function textAt(x: number, y: number, text: string, style: string): string {
  return `<text x="${px(x)}" y="${px(y)}" class="${style}">${escaped(text)}</text>`;
}

/** About how wide a text is at 12 px of a system font. */
export function textWidth(text: string): number {
  return text.length * 6.8;
}
