/** One text out of several, each ended as its script does: Chinese and Japanese have a sign of their own and no space. */
export function sentences(...texts: readonly string[]): string {
  return texts
    .map((text) => {
      const isHan = /[\u3040-\u30ff\u3400-\u9fff]/.test(text);
      if (/[.!?。！？؟…]$/u.test(text)) return isHan ? text : `${text} `;
      return isHan ? `${text}。` : `${text}. `;
    })
    .join('')
    .trim();
}
