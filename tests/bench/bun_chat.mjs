// The baseline for fan-out: Bun's native publish, without users, store or moderation. Usage: bun bun_chat.mjs PORT
const server = Bun.serve({
  port: Number(process.argv[2] ?? 8104),
  hostname: "127.0.0.1",
  fetch: (request, server) => server.upgrade(request) ? undefined : new Response("ok"),
  websocket: {
    idleTimeout: 0,
    open: (socket) => socket.subscribe("room"),
    message: (_socket, data) => {
      server.publish("room", `<li class="message">${JSON.parse(String(data)).content}</li>`);
    },
  },
});
