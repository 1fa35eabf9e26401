// The bare loop with rooms: a message goes to clients with the same ?room=. Usage: node|deno run -A ws_rooms.mjs PORT
import { createServer } from "node:http";
import process from "node:process";
import { WebSocketServer } from "ws";
const http = createServer((_request, response) => response.end("ok"));
const server = new WebSocketServer({ server: http, perMessageDeflate: false, maxPayload: 65536 });
const rooms = new Map();
server.on("connection", (socket, request) => {
  const name = new URL(request.url, "http://localhost").searchParams.get("room");
  if (!rooms.has(name)) rooms.set(name, new Set());
  const room = rooms.get(name).add(socket);
  socket.on("error", () => {});
  socket.on("close", () => room.delete(socket));
  socket.on("message", (data) => {
    const html = `<li class="message">${JSON.parse(data.toString()).content}</li>`;
    for (const client of room) client.send(html);
  });
});
http.listen(Number(process.argv[2] ?? 8105), "127.0.0.1");
