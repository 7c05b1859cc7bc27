import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { noticeText, readNotice, WAYS, type Notice } from "../../../lib/domain/notice.ts";
import { NOW } from "../builders.ts";

const notice: Notice = {
  v: 1,
  id: "3f2a9c",
  kind: "warned",
  why: "idle for 52 min",
  writtenAt: 1_795_660_000,
  stopAt: 1_795_660_600,
  keepFor: [3600, 28_800],
  keepAtMost: 86_400,
  ways: [...WAYS],
};

describe("a notice", () => {
  it("is compact JSON, as docs/notices.md has it", () => {
    assert.equal(
      noticeText(notice),
      '{"v":1,"id":"3f2a9c","kind":"warned","why":"idle for 52 min","writtenAt":1795660000,"stopAt":1795660600,' +
        '"keepFor":[3600,28800],"keepAtMost":86400,"ways":["jupyterlab","terminal","file"]}',
    );
  });

  it("is read back as it was written, its writing by Parameter Store's clock", () => {
    assert.deepEqual(readNotice(noticeText(notice), NOW), { kind: "notice", writtenAt: NOW, notice });
  });

  it("fits into what agents read, and can be read, whatever the words in it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 500 }), (why) => {
        const reading = readNotice(noticeText({ ...notice, why }), NOW);
        assert.ok(reading.kind === "notice");
        assert.doesNotMatch(reading.notice.why, /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
      }),
    );
  });

  it("is unreadable, and never an error, where it is anything else", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 5000 }), fc.json()), (text) => {
        assert.deepEqual(readNotice(text, NOW), { kind: "unreadable", writtenAt: NOW });
      }),
    );
    for (const wrong of [{ id: "<b>" }, { id: "0".repeat(17) }, { v: 2 }, { kind: "forged" }, { stopAt: -1 }]) {
      const text = JSON.stringify({ ...notice, ...wrong });
      assert.equal(readNotice(text, NOW).kind, "unreadable", text);
    }
  });
});
