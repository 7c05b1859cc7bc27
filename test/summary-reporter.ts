import type { TestEvent } from "node:test/reporters";

/**
 * The plain closing line, `N passed, N failed`, that people and CI read; a test file that fails to load counts as
 * failed.
 */
export default async function* summary(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for await (const { type, data } of events) {
    if (type !== "test:pass" && type !== "test:fail") continue;
    if (data.details.type === "suite") continue;
    if (data.skip !== undefined) skipped++;
    else if (type === "test:pass") passed++;
    else failed++;
  }
  yield `${String(passed)} passed, ${String(failed)} failed${skipped > 0 ? `, ${String(skipped)} skipped` : ""}\n`;
}
