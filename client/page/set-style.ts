import { Directive, directive, type ElementPart, PartType } from 'lit/directive.js';

class SetStyle extends Directive {
  constructor(info: { type: number }) {
    super(info as ConstructorParameters<typeof Directive>[0]);
    if (info.type !== PartType.ELEMENT) throw new Error('setStyle stands in an element’s tag');
  }

  override render(_values: Readonly<Record<string, string>>): void {}

  override update(part: ElementPart, [values]: [Readonly<Record<string, string>>]): void {
    const { style } = part.element as HTMLElement;
    for (const [name, value] of Object.entries(values)) style.setProperty(name, value);
  }
}

/**
 * Sets custom properties through the CSSOM. Lit's styleMap writes a style attribute at its first render, which a
 * page without 'unsafe-inline' refuses.
 */
export const setStyle = directive(SetStyle);
