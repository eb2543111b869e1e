export interface ProgressOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

export interface ProgressLine {
  /** Shows the text in place of the last one; without a terminal, each new text once as a line of its own. */
  show(text: string): void;
  done(): void;
}

/** One line that is written over, for work that takes a while. */
export function progressLine(output: ProgressOutput): ProgressLine {
  let shown = '';
  return {
    show(text) {
      if (text === shown) return;
      shown = text;
      output.write(output.isTTY ? `\r\u001b[2K${text}` : `${text}\n`);
    },
    done() {
      if (shown !== '' && output.isTTY) output.write('\n');
      shown = '';
    },
  };
}
