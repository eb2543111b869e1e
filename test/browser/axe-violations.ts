import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe-core objects to in the page, each in a line. It takes about a second. */
export async function axeViolations(page: Page): Promise<readonly string[]> {
  // Through the debugger, not as a script of the page: its policy allows none.
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: inPage } = window as unknown as { axe: typeof import('axe-core') };
    const { violations } = await inPage.run(document, { resultTypes: ['violations'] });
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(
        ({ target, failureSummary }) => `${id}: ${help}: ${target.join(' ')}: ${failureSummary ?? ''}`,
      ),
    );
  });
}
