import type { PageMessages } from '../../locales/page-messages.ts';

/** What a part of the face is called; one that this page does not know has the name that it came with. */
export function areaName(name: string, areas: PageMessages['areas']): string {
  return Object.hasOwn(areas, name) ? areas[name as keyof PageMessages['areas']] : name;
}
