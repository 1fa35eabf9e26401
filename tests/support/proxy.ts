import { createServer, type IncomingMessage, request as ask, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

export interface ProxyOptions {
  /** Passes an upgrade on as an ordinary request, as an unconfigured proxy does. */
  dropUpgrade?: boolean;
  /** Sends this instead of the browser's Host. */
  host?: string;
  /** Answers upgrades itself, with this status. */
  answer?: number;
}

/** A misconfigured proxy in front of the program. */
export async function startProxy(port: number, { dropUpgrade = false, host, answer }: ProxyOptions) {
  const open = new Set<Socket>();

  function headersOf(request: IncomingMessage) {
    const { upgrade, connection, ...rest } = request.headers;
    return { ...rest, ...(host === undefined ? {} : { host }), ...(dropUpgrade ? {} : { upgrade, connection }) };
  }

  function passOn(request: IncomingMessage, done: (answer: IncomingMessage) => void, failed: () => void) {
    const { method, url: path } = request;
    const headers = Object.fromEntries(Object.entries(headersOf(request)).filter(([, value]) => value !== undefined));
    const onward = ask({ host: "127.0.0.1", port, method, path, headers }, done).on("error", failed);
    request.pipe(onward);
  }

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    if (answer !== undefined && request.url?.startsWith("/ws")) {
      response.writeHead(answer, { "Content-Type": "text/html" }).end("<h1>Not here</h1>");
      return;
    }
    passOn(request, (from) => {
      response.writeHead(from.statusCode!, from.headers);
      from.pipe(response);
    }, () => response.destroy());
  });
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.on("error", () => {}).once("close", () => open.delete(socket));
  });
  server.on("upgrade", (request: IncomingMessage, socket: Socket) => {
    if (answer !== undefined) return void socket.end(`HTTP/1.1 ${answer} Not here\r\nConnection: close\r\n\r\n`);
    if (dropUpgrade) {
      passOn(request, (from) => {
        from.resume();
        socket.end(`HTTP/1.1 ${from.statusCode} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      }, () => socket.destroy());
      return;
    }
    const onward = connect(port, "127.0.0.1", () => {
      const headers = Object.entries(headersOf(request)).map(([name, value]) => `${name}: ${value}\r\n`).join("");
      onward.write(`GET ${request.url} HTTP/1.1\r\n${headers}\r\n`);
      onward.pipe(socket).pipe(onward);
    }).on("error", () => socket.destroy());
    socket.once("close", () => onward.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
