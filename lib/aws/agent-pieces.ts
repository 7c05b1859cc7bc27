import type { Parameter, SSMClient } from "@aws-sdk/client-ssm";
import type { AgentPieces, StoredAgent } from "../attach/ports.ts";
import { deleteParameters, pacedWriter, parametersBelow } from "./parameters.ts";

/** The pieces of agents' archives: `<prefix>/agent/<id>/<two digits>`, a standard parameter each. */
export function createAgentPieces(client: SSMClient, prefix: string): AgentPieces {
  const root = `${prefix}/agent/`;
  const put = pacedWriter(client);
  return {
    async of(id) {
      const folder = `${root}${id}/`;
      const pieces = new Map<string, string>();
      for await (const { Name, Value = "" } of parametersBelow(client, folder))
        if (Name) pieces.set(Name.slice(folder.length), Value);
      return pieces;
    },
    async agents() {
      const agents = new Map<string, StoredAgent>();
      for await (const parameter of parametersBelow(client, root)) {
        const piece = toPiece(parameter, root);
        if (piece) agents.set(piece.id, withPiece(agents.get(piece.id), piece));
      }
      return [...agents.values()];
    },
    async put(id, { name, value }) {
      await put(`${root}${id}/${name}`, value);
    },
    delete: (id, names) =>
      deleteParameters(
        client,
        names.map((name) => `${root}${id}/${name}`),
      ),
  };
}

type StoredPiece = { readonly id: string; readonly name: string; readonly writtenAt: Date };

/** `undefined` for a parameter that lies in no agent's folder. */
function toPiece({ Name = "", LastModifiedDate }: Parameter, root: string): StoredPiece | undefined {
  const [id, ...name] = Name.slice(root.length).split("/");
  if (!id || name.length === 0 || LastModifiedDate === undefined) return undefined;
  return { id, name: name.join("/"), writtenAt: LastModifiedDate };
}

function withPiece(agent: StoredAgent | undefined, { id, name, writtenAt }: StoredPiece): StoredAgent {
  if (agent === undefined) return { id, pieces: [name], writtenAt };
  return {
    id,
    pieces: [...agent.pieces, name],
    writtenAt: agent.writtenAt > writtenAt ? agent.writtenAt : writtenAt,
  };
}
