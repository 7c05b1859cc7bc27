import { setTimeout as sleep } from "node:timers/promises";

const PATIENCE_MS = 90_000;
const ATTEMPTS = 5;

/** A websocket that speaks JSON, keeping what came before anybody asked. */
export type Channel = {
  send(message: unknown): void;
  /**
   * Hands over messages, from the first not yet handed over, until one is the last; rejects when none comes in time.
   */
  receive(isLast: (message: unknown) => boolean): Promise<void>;
  close(): void;
};

/**
 * Opens a websocket and waits until it is open; tries again as JupyterLab does, which a kernel that is slow to start
 * makes it do.
 */
export async function openChannel(url: string): Promise<Channel> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await connect(url);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await sleep(1000 * attempt);
    }
  }
}

async function connect(url: string): Promise<Channel> {
  const socket = new WebSocket(url);
  const inbox: unknown[] = [];
  let wake = (): void => undefined;
  socket.addEventListener("message", ({ data }) => {
    inbox.push(JSON.parse(String(data)));
    wake();
  });
  await opened(socket, url);

  const nextMessage = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const patience = setTimeout(() => {
        reject(new Error(`${url} said nothing for ${PATIENCE_MS / 1000} s`));
      }, PATIENCE_MS);
      wake = () => {
        clearTimeout(patience);
        resolve(undefined);
      };
    });

  return {
    send(message) {
      socket.send(JSON.stringify(message));
    },
    async receive(isLast) {
      for (;;) {
        while (inbox.length > 0) if (isLast(inbox.shift())) return;
        await nextMessage();
      }
    },
    close() {
      socket.close();
    },
  };
}

function opened(socket: WebSocket, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.addEventListener("open", () => {
      resolve();
    });
    socket.addEventListener("error", () => {
      reject(new Error(`no websocket at ${url}`));
    });
  });
}
