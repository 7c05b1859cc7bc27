import assert from "node:assert/strict";
import { access, glob, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { describe, it } from "node:test";

const ROOT = join(import.meta.dirname, "..");
const PAGES = [join(ROOT, "README.md"), ...(await Array.fromAsync(glob(join(ROOT, "docs/**/*.md")))).toSorted()];

/** Every link and picture of a page that leads into the repository. */
function linksOf(page: string): readonly string[] {
  const links = page.matchAll(/\]\(([^()\s]+)\)|(?:src|srcset)="([^"]+)"/g);
  return [...links].flatMap(([, link, picture]) => link ?? picture ?? []).filter((link) => !/^[a-z]+:/.test(link));
}

/** The anchors that the headings of a page get. */
function anchorsOf(page: string): readonly string[] {
  const prose = page.replaceAll(/^```.*?^```/gms, "");
  return [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{Letter}\p{Number} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

describe("every link of the documentation leads somewhere", () => {
  for (const page of PAGES)
    it(page.slice(ROOT.length + 1), async () => {
      for (const link of linksOf(await readFile(page, "utf8"))) {
        const [path = "", anchor] = link.split("#");
        const target = path === "" ? page : resolve(dirname(page), path);
        await assert.doesNotReject(access(target), `${link} leads nowhere`);
        if (anchor !== undefined)
          assert.ok(anchorsOf(await readFile(target, "utf8")).includes(anchor), `${link} has no such heading`);
      }
    });
});

describe("the prose of the documentation has 120 columns at most", () => {
  for (const page of PAGES)
    it(page.slice(ROOT.length + 1), async () => {
      const prose = (await readFile(page, "utf8")).replaceAll(/^ *```.*?^ *```/gms, "");
      const isTooLong = (line: string) => line.length > 120 && !/^ *[|<]/.test(line);
      assert.deepEqual(prose.split("\n").filter(isTooLong), []);
    });
});
