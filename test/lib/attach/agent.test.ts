import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { agentIdsIn, readAgent } from "../../../lib/attach/agent.ts";
import { agentPieces } from "../../../lib/domain/agent-archive.ts";
import { build } from "./agents.ts";

describe("an agent", () => {
  it("is its script, its archive in pieces, and named by the first 16 digits of the archive's hash", () => {
    const { script, archive } = build("the agent");
    const { sha256, pieces } = agentPieces(archive);
    assert.deepEqual(readAgent(script, archive), { script, id: sha256.slice(0, 16), pieces });
  });

  it("is refused, with both hashes, where its script fetches another archive, or none", () => {
    const { script, archive } = build("the agent");
    const other = Buffer.from("another agent");
    const [expected, found] = [agentPieces(archive).sha256, agentPieces(other).sha256];
    assert.throws(() => readAgent(script, other), {
      message: new RegExp(`fetches the agent with the SHA-256 ${expected}, but the archive beside it has ${found}`),
    });
    assert.throws(() => readAgent("exit 0", other), { message: new RegExp(`\\(none is in it\\), .* has ${found}`) });
  });

  it("is found in any script that has its whole hash, beside others", () => {
    const [one, two] = [build("one").script, build("two").script];
    assert.deepEqual(agentIdsIn(`${one}\n${two}`), [...agentIdsIn(one), ...agentIdsIn(two)]);
    assert.deepEqual(agentIdsIn(`commit ${"a".repeat(40)}, and ${"b".repeat(65)}`), []);
  });
});
