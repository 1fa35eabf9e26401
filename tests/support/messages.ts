import { api, type Received, type Server } from "./client.ts";

/** Every message of the room, oldest first, page by page. */
export async function everyMessage(server: Server, token: string): Promise<Received[]> {
  const messages: Received[] = [];
  while (true) {
    const before = messages.length === 0 ? "" : `&before=${messages[0].seq}`;
    const { body } = await api(server, `/rooms/general/messages?limit=100${before}`, { token });
    if (body.messages.length === 0) return messages;
    messages.unshift(...body.messages);
  }
}
